"""A plan that binds really ends when what it rested on is gone and somebody decides so: to a draft, or at the core."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.common.kernel.errors import Unavailable
from tests.databases import Databases
from tests.integration.plans_house import MANAGER, REVIEWER, SUPERVISOR, House, plans_house
from tests.integration.plans_people import problem, tasks
from tests.integration.plans_service import Case

ENDS = {"outcome": "plan_ends", "reasons": "there is no such employer"}


@pytest.fixture
async def house(databases: Databases, tmp_path: Path) -> AsyncIterator[House]:
    async with plans_house(databases, tmp_path) as made:
        yield made


async def assessed(house: House, case: Case, outcome: dict[str, str] = ENDS) -> httpx.Response:
    """The one document of a case is found forged, and a supervisor says what becomes of the plan."""
    evidence_id = (await house.get(f"{case.path}/evidence")).json()["items"][0]["evidence_id"]
    etag = (await house.get(f"/v1/evidence/{evidence_id}/receipt")).headers["etag"]
    forged = {"cause": "forged", "reasons": "the employer does not know of it"}
    path = f"/v1/evidence/{evidence_id}/revocation"
    assert (await house.post(path, forged, "revoke", subject=REVIEWER, if_match=etag)).status_code == 201
    [task] = await tasks(house, case, "assess_revocation")
    return await house.post(task["decide_path"], outcome, "assess", "supervisor", subject=SUPERVISOR)


async def undone(house: House, case: Case, key: str, subject: str = MANAGER, role: str = "manager") -> httpx.Response:
    return await house.post(f"{case.plan()}/end", {"core_reference": "U-1"}, key, role, subject=subject)


async def test_what_was_signed_goes_back_to_a_draft_and_the_core_is_never_asked(house: House) -> None:
    case = await house.signed()
    answer = await assessed(house, case)
    assert (answer.json()["plan_state"], answer.json()["phase"]) == ("ACTIVATION_REFUSED", "draft")
    assert await house.scalar("SELECT state FROM agreement") == "VOID"
    assert (await house.said(case))[-1] == "plan.activation_refused"
    messages = [body["purpose"] for _, body in await house.outbox(case, "start")]
    assert messages[-1] == "activation_refused", "the borrower is told"
    assert set(await house.open_tasks(case)) == {"draft_plan"} and "activation" not in await house.obligations(case)
    assert (await house.activate(case)).outcome == "gone"
    assert await house.context.core.read_plan("A1", f"plan/{case.plan_id()}/v1/activate") is None
    assert not (await house.look(case)).activate


async def test_while_the_core_has_not_answered_nothing_is_decided(house: House) -> None:
    case = await house.signed()
    await house.outside.control("/bank/checker", needed=True)
    with pytest.raises(Unavailable):
        await house.activate(case)
    before = await house.scalar("SELECT count(*) FROM evidence_check")
    assert problem(await assessed(house, case)) == "409 core-undecided"
    assert await house.scalar("SELECT state FROM plan") == "SIGNED"
    assert await house.scalar("SELECT count(*) FROM evidence_check") == before
    assert "assess_revocation" in await house.open_tasks(case), "it is decided once the core has answered"


async def test_a_plan_in_force_ends_once_the_core_does_not_run_it_any_more(house: House) -> None:
    case = await house.signed()
    await house.activate(case)
    answer = await assessed(house, case)
    assert answer.json()["plan_state"] == "ACTIVE", "it is in force until it is undone where it runs"
    [task] = await tasks(house, case, "undo_plan")
    assert (task["needs_role"], task["deadline"] - task["opened_at"]) == ("manager", timedelta(days=3))
    assert (await house.obligations(case))["task:undo_plan"][0] == "person"
    told: dict[str, Any] = dict(await house.outbox(case))["plan.end_requested"]
    assert told["core_reference"] == await house.scalar("SELECT core_reference FROM activation")
    assert (told["account_ref"], told["undo_by"]) == ("A1", "2026-03-05")
    assert "evidence" not in str(told) and "forged" not in str(told)

    assert (await undone(house, case, "k0", SUPERVISOR, "supervisor")).status_code == 403
    assert problem(await undone(house, case, "k1")) == "409 plan-still-runs"
    assert await house.scalar("SELECT state FROM plan") == "ACTIVE" and await tasks(house, case, "undo_plan")
    async with house.outside.world.store.transaction() as tx:
        await tx.execute("UPDATE bank_restructuring SET status = 'rejected'")
    ended = await undone(house, case, "k2")
    assert (ended.status_code, ended.json()["state"]) == (200, "STOPPED")
    assert await house.scalar("SELECT state FROM agreement") == "VOID"
    assert not await tasks(house, case, "undo_plan")
    assert problem(await undone(house, case, "k3")) == "409 nothing-to-end"


async def test_a_plan_that_stands_is_asked_of_nobody(house: House) -> None:
    case = await house.signed()
    await house.activate(case)
    assert (await assessed(house, case, ENDS | {"outcome": "plan_stands"})).status_code == 201
    assert not await tasks(house, case, "undo_plan")
    assert "plan.end_requested" not in await house.said(case)
    assert problem(await undone(house, case, "k1")) == "409 nothing-to-end"
