"""What a change of policy did: satisfaction and complaints before and after, out of what was said on the topics."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from services.common.contracts.envelope import Event, EventPayload
from services.common.contracts.events import contacts
from services.common.contracts.events.agreements import FeedbackGiven, FeedbackRequested
from services.common.kernel.ids import business_uuid
from tests.contract.problem_answers import assert_problem
from tests.databases import FreshDatabase
from tests.integration.followup_house import House
from tests.integration.refusing import Visitor

CHANGE = {"policy": "contact/cadence", "policy_version": "cadence-2", "changed_on": "2026-03-02", "why": "Fewer calls"}


@pytest.fixture
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("followup"))
    yield made
    await made.close()


async def tell(house: House, payload: EventPayload, name: str, day: int) -> None:
    """An event of a day, counted from the change."""
    observer = house.cases.handlers.observer
    assert observer is not None
    body = payload.model_dump_json().encode()
    at = datetime(2026, 3, 2, 9, tzinfo=UTC) + timedelta(days=day)
    await observer.keep([Event(id=name, source="/x", type=payload.type, subject=payload.key(), time=at, body=body)])


async def scored(house: House, name: str, score: int, day: int) -> None:
    case_id = business_uuid("case", name)
    asked = {"case_id": case_id, "feedback_id": case_id, "occasion": "decision", "stage": "approved"}
    await tell(house, FeedbackRequested.model_validate(asked), f"{name}-asked", day)
    await tell(house, FeedbackGiven.model_validate(asked | {"score": score}), f"{name}-given", day)


async def called(house: House, name: str, day: int) -> None:
    one = business_uuid("case", name)
    said = contacts.RightPartyContactRecorded(case_id=one, conversation_id=one, round=1, at=house.clock.now())
    await tell(house, said, f"{name}-rpc", day)


@pytest.mark.practice("004-08")
async def test_a_change_is_shown_with_what_was_measured_before_and_after_it(house: House) -> None:
    for number in range(5):
        await scored(house, f"B-{number}", 2, day=-10)
        await scored(house, f"A-{number}", 4 + number % 2, day=10)
        await called(house, f"A-{number}", day=10)
    await scored(house, "late", 1, day=40)
    kept = await house.post("/v1/policy-changes", CHANGE, "k1", "supervisor")
    assert (kept.status_code, kept.json()["recorded_by"]) == (201, "a-1")
    stored = await house.scalar("SELECT why FROM policy_change")
    assert stored.startswith("v1.") and "calls" not in stored
    path = f"/v1/policy-changes/{kept.json()['change_id']}/effect?days=30"
    effect = (await house.get(path, "manager")).json()
    before, after = effect["before"], effect["after"]
    assert (before["first_day"], before["end_day"], before["satisfaction"], before["answers"]) == (
        "2026-01-31", "2026-03-02", "2.0", "5",
    )  # fmt: skip
    assert (before["complaint_rate"], after["complaint_rate"], after["conversations"]) == ("n/a", "0.00", "5")
    assert (after["satisfaction"], after["answers"]) == ("4.4", "5")
    listed = (await house.get("/v1/policy-changes?since=2026-03-01", "compliance")).json()["items"]
    assert [one["policy"] for one in listed] == ["contact/cadence"]
    kpis = (await house.get("/v1/kpis?from=2026-03-03&to=2026-04-01", "manager")).json()["groups"][0]["measures"]
    found = {kpi["name"]: kpi["value"] for kpi in kpis["conduct"]}
    assert (found["satisfaction"], found["feedback_response"]) == ("4.4", "100.00%")


async def test_what_few_said_is_not_measured(house: House) -> None:
    for number in range(4):
        await scored(house, f"A-{number}", 1, day=1)
    kpis = (await house.get("/v1/kpis?from=2026-03-01&to=2026-04-01", "manager")).json()["groups"][0]["measures"]
    assert [kpi["value"] for kpi in kpis["conduct"] if kpi["name"] == "satisfaction"] == ["n/a"]


async def test_refusals_change_nothing(house: House) -> None:
    visitor, path = Visitor(house, "supervisor"), "/policy-changes"
    unknown = "00000000-0000-0000-0000-000000000000"
    await visitor.assert_refused(403, "forbidden", "POST", path, CHANGE, role="agent")
    await visitor.assert_refused(422, "validation-failed", "POST", path, {**CHANGE, "policy": "cadence"})
    await visitor.assert_refused(404, "not-found", "POST", path, {**CHANGE, "action_id": unknown})
    await visitor.assert_refused(404, "not-found", "GET", f"{path}/{unknown}/effect")
    await visitor.assert_refused(422, "invalid-input", "GET", f"{path}/{unknown}/effect?days=0")
    assert_problem(await house.get(f"/v1{path}?since=2026-01-01", "agent"), 403, "forbidden")
