"""Whoever is to decide on an override is asked to, until it is decided or lapses."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio

from services.common.contracts.events.cases import CaseClosed, CaseTriaged
from services.common.contracts.workflows import OverrideInput, override_workflow_id
from services.contact.workflows.messages import OverrideState
from tests.contract.problem_answers import assert_problem
from tests.databases import FreshDatabase
from tests.integration.contact_house import House
from tests.integration.contact_knowing import NEW_YORK, american, at, rules, vain_call

REASON = {"reason_code": "court_date", "legal_reason": "the court set a hearing", "words": "the hearing is tomorrow"}


@pytest_asyncio.fixture(loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("contact"))
    yield made
    await made.close()


async def asked_for(house: House, name: str) -> tuple[CaseTriaged, str]:
    """A case whose next call US-04 refuses, and the request to override that."""
    house.clock.move_to(at(2, 9, NEW_YORK))
    case = await american(house, name)
    for number in range(2):
        await vain_call(house, case, f"{name}-{number}")
        house.clock.advance(timedelta(hours=3))
    refused = await house.ask(case, f"{name}-third")
    assert rules(refused) == ["US-04"]
    path = f"/v1/permits/{refused.json()['permit_id']}/override-requests"
    answer = await house.post(path, REASON, f"{name}-ask", subject="agent-1")
    assert answer.status_code == 201, answer.text
    return case, str(answer.json()["override_id"])


async def decide(house: House, override_id: str, key: str, approve: bool = True) -> httpx.Response:
    body = {"approve": approve, "words": "one call"}
    path = f"/v1/overrides/{override_id}/decision"
    return await house.post(path, body, key, "supervisor", subject="boss-1", if_match='"1"')


async def look(house: House, case: CaseTriaged, override_id: str) -> OverrideState:
    return await house.cases.lapses.look(OverrideInput(case_id=case.case_id, override_id=UUID(override_id)))


async def told(house: House, case: CaseTriaged, what: str) -> list[dict[str, Any]]:
    return [body for name, body in await house.outbox(case, "event") if name == f"forbear.task.{what}.v1"]


async def test_a_second_person_is_asked_by_a_task_with_a_deadline(house: House) -> None:
    case, override_id = await asked_for(house, "task")
    (task,) = await told(house, case, "opened")
    assert (task["kind"], task["needs_role"], task["excluded"]) == ("decide_override", "supervisor", ["agent-1"])
    assert task["decide_path"] == f"/v1/overrides/{override_id}/decision" and task["reason"] == "COURT_DATE"
    assert datetime.fromisoformat(task["deadline"]) == house.clock.now() + timedelta(hours=24)
    starts = await house.outbox(case, "start")
    assert ("OverrideRequest", {"case_id": str(case.case_id), "override_id": override_id}) in starts
    assert (await look(house, case, override_id)).outcome == "wait"


@pytest.mark.parametrize("approve", [True, False])
async def test_the_decision_closes_the_task_and_wakes_who_waits(house: House, approve: bool) -> None:
    case, override_id = await asked_for(house, f"decided-{approve}")
    assert (await decide(house, override_id, f"decide-{approve}", approve)).status_code == 200
    (closed,) = await told(house, case, "closed")
    assert closed["outcome"] == ("approved" if approve else "rejected")
    assert override_workflow_id(UUID(override_id)) in [name for name, _ in await house.outbox(case, "nudge")]
    assert (await look(house, case, override_id)).outcome == "decided"
    assert "task:decide_override" not in await house.obligations(case)


async def test_a_decision_that_another_rule_stops_leaves_the_task_open(house: House) -> None:
    case, override_id = await asked_for(house, "other-rule")
    await house.hold(case, "demand_call")
    answer = await decide(house, override_id, "stopped")
    assert answer.status_code == 200 and answer.json()["state"] == "requested"
    assert await told(house, case, "closed") == []


async def test_what_nobody_decides_on_in_time_lapses_and_is_decided_by_nobody(house: House) -> None:
    case, override_id = await asked_for(house, "lapsed")
    house.clock.advance(timedelta(hours=24))
    for _ in range(2):
        assert (await look(house, case, override_id)).outcome == "lapsed"
    (closed,) = await told(house, case, "closed")
    assert closed["outcome"] == "lapsed"
    shown = (await house.get(f"/v1/overrides/{override_id}")).json()
    assert (shown["state"], shown["version"]) == ("lapsed", 2)
    assert_problem(await decide(house, override_id, "too-late"), 409, "override-lapsed")
    noted = "SELECT count(*) FROM audit_entry WHERE action = 'conduct.override_lapsed' AND case_id = :c"
    assert await house.scalar(noted, c=case.case_id) == 1


async def test_it_lapses_with_its_case(house: House) -> None:
    case, override_id = await asked_for(house, "ended")
    over = CaseClosed(case_id=case.case_id, reason="CURED", closed_at=house.clock.now())
    assert await house.hear("intake", over) == "applied"
    assert len(await told(house, case, "closed")) == 1
    assert (await look(house, case, override_id)).outcome == "lapsed"
