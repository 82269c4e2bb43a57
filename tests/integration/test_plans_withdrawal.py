"""A plan is taken back before it is decided, and those who are asked are reminded before it rises."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.databases import Databases
from tests.integration.plans_house import MANAGER, NEGOTIATOR, House, plans_house
from tests.integration.plans_people import DEPUTY, RISK, delegated, of_manager, problem, tasks


@pytest.fixture
async def house(databases: Databases, tmp_path: Path) -> AsyncIterator[House]:
    async with plans_house(databases, tmp_path) as made:
        yield made


async def test_a_proposer_takes_a_plan_back_before_it_is_decided(house: House) -> None:
    case, submitted = await house.submitted()
    path, etag = f"{case.plan()}/withdrawal", submitted.headers["etag"]
    assert (
        problem(await house.post(path, None, "w1", "agent", subject="other", if_match=etag)) == "403 not-the-proposer"
    )
    back = await house.post(path, None, "w2", subject=NEGOTIATOR, if_match=etag)
    assert (back.status_code, back.json()["state"]) == (200, "WITHDRAWN")
    assert [name for name, body in await house.outbox(case) if body.get("withdrawn")] == ["plan.returned"]
    assert set(await house.open_tasks(case)) == {"draft_plan"} and "approval" not in await house.obligations(case)
    assert problem(await house.decide(case, back)) == "409 plan-withdrawn"
    again = await house.draft(case, "again", instalments=20)
    offered = await house.decide(case, await house.submit(case, again.headers["etag"], "s2"))
    assert offered.json()["state"] == "OFFERED"
    late = await house.post(path, None, "w3", subject=NEGOTIATOR, if_match=offered.headers["etag"])
    assert problem(late) == "409 already-decided"
    assert problem(await house.decide(case, offered, subject="s-9")) == "409 already-decided"


async def test_those_who_are_asked_are_reminded_once_before_it_rises(house: House) -> None:
    case, _ = await house.submitted()
    due = house.clock.now() + timedelta(hours=48)
    assert (await house.obligations(case))["approval"] == ("workflow", due)
    house.later(hours=47)
    await house.look(case)
    assert "task.reminded" not in [name for name, _ in await house.outbox(case)]
    await delegated(house, "senior_agent", days=0)
    house.later(hours=1)
    await house.look(case)
    await house.look(case)
    reminded = [body for name, body in await house.outbox(case) if name == "task.reminded"]
    assert [body["offered_to"] for body in reminded] == [[DEPUTY]]
    assert (await house.obligations(case))["approval"] == ("workflow", due + timedelta(hours=24))
    house.later(hours=24)
    await house.look(case)
    assert (await house.get(case.plan())).json()["needed_level"] == "supervisor"
    assert (await house.obligations(case))["approval"] == ("workflow", due + timedelta(hours=72))


async def test_a_plan_whose_level_has_signed_rises_no_more(house: House) -> None:
    case, submitted = await of_manager(house)
    await house.decide(case, submitted, subject=MANAGER, role="manager")
    house.later(hours=72)
    await house.look(case)
    again = await house.get(case.plan())
    assert again.json()["needed_level"] == "manager"
    [task] = await tasks(house, case, "approve_plan")
    assert (task["needs_role"], task["reason"]) == ("risk", "approval_expired")
    assert (await house.decide(case, again, subject=RISK, role="risk")).json()["state"] == "OFFERED"
