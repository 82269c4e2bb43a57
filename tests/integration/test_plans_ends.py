"""How a round and a plan end without being paid: declined, cured, closed before and after the core was asked."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.common.contracts.events.cases import CaseClosed
from tests.databases import Databases
from tests.integration.plans_house import House, plans_house


@pytest.fixture
async def house(databases: Databases, tmp_path: Path) -> AsyncIterator[House]:
    async with plans_house(databases, tmp_path) as made:
        yield made


async def test_declining_ends_the_round(house: House) -> None:
    case = await house.offered()
    assert (await house.post(f"{case.plan()}/decline", {}, "k1")).json()["phase"] == "ended"
    assert (await house.look(case)).outcome == "no_agreement"
    assert not await house.obligations(case)


@pytest.mark.parametrize("state", ["CURED", "SETTLED"])
async def test_a_case_that_is_cured_stops_the_negotiation(house: House, state: str) -> None:
    case, _ = await house.submitted()
    await house.state_changed(case, state)
    assert (await house.look(case)).outcome == "stopped"
    assert not await house.open_tasks(case) and not await house.obligations(case)
    assert (await house.get(case.plan())).json()["state"] == "WITHDRAWN"
    assert len(await house.outbox(case, "nudge")) == 1


async def test_a_closed_case_leaves_nothing_open(house: House) -> None:
    case = await house.offered()
    closed = CaseClosed(case_id=case.case_id, reason="estate.closed", closed_at=house.clock.now())
    assert await house.hear("intake", closed) == "applied"
    assert not await house.obligations(case)
    assert (await house.get(f"{case.path}/offer")).json()["state"] == "WITHDRAWN"
    assert (await house.accept(case)).status_code == 409


async def test_a_case_that_closes_before_the_core_was_asked_binds_nobody(house: House) -> None:
    case = await house.signed()
    closed = CaseClosed(case_id=case.case_id, reason="estate.closed", closed_at=house.clock.now())
    assert await house.hear("intake", closed) == "applied"
    assert await house.scalar("SELECT state FROM agreement") == "VOID"
    assert (await house.activate(case)).outcome == "gone"
    assert (await house.look(case)).outcome == "stopped"


async def test_a_plan_in_force_ends_as_its_case_does(house: House) -> None:
    case = await house.signed()
    await house.activate(case)
    closed = CaseClosed(case_id=case.case_id, reason="debt.sold", closed_at=house.clock.now())
    assert await house.hear("intake", closed) == "applied"
    assert (await house.get(case.plan())).json()["state"] == "STOPPED", "nobody has paid it"
