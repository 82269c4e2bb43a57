"""Requests start the clocks of the law in any state of a case: warned in time, answered for when over, then met."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from services.common.contracts.events.contacts import ContactExhausted, ContactPlanned, MessageSent
from services.common.contracts.events.evidence import EvidenceReceived, EvidenceRequested
from services.common.kernel.ids import business_uuid
from services.intake.workflows.messages import ClockInput
from tests.contract.problem_answers import assert_problem
from tests.databases import FreshDatabase
from tests.integration.intake_case_steps import inbound, plan_events
from tests.integration.intake_house import TODAY, House, case_body

REQUEST = {"cause": "UNEMPLOYMENT", "own_words": "I cannot pay this month", "request_type": "DELAY"}


@pytest_asyncio.fixture(loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    found = House(await fresh_database("intake"))
    yield found
    await found.close()


async def opened(house: House, pack: str = "au", product: str = "card") -> UUID:
    account = {"account_ref": "A1", "product": product, "currency": "CNY", "pack": pack}
    answer = await house.ask("POST", "/cases", case_body() | {"account": account}, roles=("system",), sub="svc-portal")
    assert answer.status_code == 201, answer.text
    case_id = UUID(answer.json()["case_id"])
    await house.cases.triage.triage(case_id, False)
    return case_id


async def request(house: House, case_id: UUID, **changes: Any) -> dict[str, Any]:
    answer = await house.ask("POST", f"/cases/{case_id}/requests", REQUEST | changes)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def clocks(house: House, case_id: UUID) -> dict[str, dict[str, Any]]:
    answer = await house.ask("GET", f"/cases/{case_id}/clocks")
    assert answer.status_code == 200, answer.text
    return {one["kind"]: one for one in answer.json()["items"]}


async def look(house: House, case_id: UUID, kind: str) -> bool:
    """Whether the watch over a clock has ended."""
    clock = (await clocks(house, case_id))[kind]
    asked = ClockInput(case_id=case_id, clock_id=UUID(clock["clock_id"]))
    return (await house.cases.activities.watch_clock(asked)).over


def at(day: date, hour: int = 2) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def of_checklist(case_id: UUID) -> dict[str, Any]:
    return {"case_id": case_id, "round": 1, "checklist_id": business_uuid("checklist", str(case_id), "1")}


@pytest.mark.rule("AU-01")
@pytest.mark.rule("AU-03")
async def test_an_oral_request_in_any_state_starts_the_clocks_of_australia(house: House) -> None:
    case_id = await opened(house)
    assert (await house.case(case_id))["state"] == "TRIAGED"
    told = await request(house, case_id, channel="oral")
    assert told["state"] == "TRIAGED", "it is taken in, and waits until the case is in conversation"
    found = await clocks(house, case_id)
    assert {kind: (one["rule_id"], one["due_on"], one["warn_on"]) for kind, one in found.items()} == {
        "information": ("AU-02", "2026-03-23", "2026-03-16"),
        "decision": ("AU-03", "2026-03-23", "2026-03-16"),
    }
    assert "relief.requested" not in await house.names(case_id)
    assert len([name for name in await house.names(case_id, "start") if name == "StatutoryClock"]) == 2

    # Seventy percent of the time is over, and then all of it.
    assert not await look(house, case_id, "decision")
    assert (await house.tasks(case_id)).get("clock_warning", "none") == "none"
    house.clock.move_to(at(date(2026, 3, 16)))
    for _ in range(2):
        assert not await look(house, case_id, "decision")
    assert (await house.tasks(case_id))["clock_warning"] is None
    house.clock.move_to(at(date(2026, 3, 23)))
    assert not await look(house, case_id, "decision")
    assert (await clocks(house, case_id))["decision"]["breached_at"] is None, "the last day is not over"
    house.clock.move_to(at(date(2026, 3, 24)))
    for _ in range(2):
        assert not await look(house, case_id, "decision")
    tasks = await house.tasks(case_id)
    assert tasks["clock_warning"] == "breached" and tasks["clock_breach"] is None
    assert await look(house, case_id, "information"), "nobody is asked for anything after its time"

    # It is done by letter, late: the breach stays in the record.
    clock_id = found["decision"]["clock_id"]
    path, body = f"/clocks/{clock_id}/meeting", {"done_on": "2026-03-24", "means": "letter"}
    assert (await house.ask("POST", path, body)).status_code == 403
    met = await house.ask("POST", path, body, roles=("supervisor",))
    assert met.status_code == 200 and met.json()["met_at"] and met.json()["breached_at"]
    assert (await house.tasks(case_id))["clock_breach"] == "met" and await look(house, case_id, "decision")
    assert_problem(await house.ask("POST", path, body, roles=("supervisor",)), 409, "clock-met")


@pytest.mark.rule("AU-02")
@pytest.mark.rule("AU-04")
async def test_information_moves_the_decision_and_an_agreement_is_written_down(house: House) -> None:
    case_id = await opened(house)
    await request(house, case_id)
    await house.hear("contact", inbound(case_id))
    state = (await house.case(case_id))["state"]
    assert state == "ASSESSING", "what was asked for before is assessed now, and nobody is asked to record it"
    assert "record_request" not in await house.tasks(case_id) and "relief.requested" in await house.names(case_id)

    house.clock.move_to(at(date(2026, 3, 12)))
    await house.hear("plans", EvidenceRequested(**of_checklist(case_id), items=1, due_on=date(2026, 4, 2)))
    found = await clocks(house, case_id)
    assert (found["decision"]["due_on"], found["decision"]["asked_on"]) == ("2026-04-09", "2026-03-12")
    assert found["information"]["met_by"] == "evidence.requested"
    house.clock.move_to(at(date(2026, 3, 20)))
    await house.hear("plans", EvidenceReceived(**of_checklist(case_id)))
    assert (await clocks(house, case_id))["decision"]["due_on"] == "2026-04-10"
    for event in plan_events(case_id)[2:]:
        await house.hear("plans", event)
    found = await clocks(house, case_id)
    assert found["decision"]["met_by"] == "plan.approved" and found["decision"]["breached_at"] is None
    assert await look(house, case_id, "decision")
    assert (found["particulars"]["due_on"], found["particulars"]["met_at"]) == ("2026-04-19", None)
    sent = MessageSent(
        case_id=case_id,
        message_id=business_uuid("message", "1"),
        purpose="activation",
        object_ref="x",
        permit_id=business_uuid("permit", "1"),
        at=house.clock.now(),
    )
    assert await house.hear("contact", sent) == "applied"
    assert (await clocks(house, case_id))["particulars"]["met_by"] == "message.sent"


@pytest.mark.rule("US-29")
async def test_a_complete_application_of_a_mortgage_is_acknowledged_and_decided(house: House) -> None:
    case_id = await opened(house, "us", "mortgage")
    request_id = (await request(house, case_id))["request_id"]
    assert set(await clocks(house, case_id)) == {"answer"}, "it is not complete"
    path = f"/requests/{request_id}/completion"
    assert_problem(await house.ask("POST", path, {"complete_on": "2026-03-03"}), 422, "invalid-input")
    assert (await house.ask("POST", path, {"complete_on": "2026-03-02"})).json()["state"] == "complete"
    found = await clocks(house, case_id)
    assert {kind: one["due_on"] for kind, one in found.items()} == {
        "answer": "2026-03-17",
        "acknowledgement": "2026-03-09",
        "decision": "2026-04-01",
    }
    assert (await house.ask("POST", path, {"complete_on": "2026-03-02"})).status_code == 200
    assert len(await clocks(house, case_id)) == 3, "said again, nothing begins again"


@pytest.mark.rule("US-26")
async def test_an_application_for_new_credit_is_answered_in_thirty_days(house: House) -> None:
    case_id = await opened(house, "us")
    await request(house, case_id)
    assert set(await clocks(house, case_id)) == {"answer"}
    await request(house, case_id, request_type="REFINANCE")
    assert (await clocks(house, case_id))["credit_notice"]["due_on"] == "2026-04-01"


@pytest.mark.practice("002-12")
@pytest.mark.rule("REQ-01")
async def test_the_front_line_cannot_decline(house: House) -> None:
    case_id = await opened(house)
    request_id = (await request(house, case_id))["request_id"]
    path = f"/requests/{request_id}/decline"
    body = {"reason_code": "OUTSIDE_POLICY", "reasons": "the product does not know this relief"}
    for role in ("agent", "senior_agent"):
        assert (await house.ask("POST", path, body, roles=(role,))).status_code == 403
    assert (await house.ask("POST", path, {"reason_code": "OUTSIDE_POLICY"}, roles=("supervisor",))).status_code == 422
    answer = await house.ask("POST", path, body, roles=("supervisor",))
    assert answer.json()["state"] == "declined" and "reasons" not in answer.json()
    assert (await clocks(house, case_id))["decision"]["met_by"] == "request.declined"
    assert_problem(await house.ask("POST", f"/requests/{request_id}/withdrawal"), 409, "request-decided")
    assert_problem(await house.ask("POST", f"/requests/{case_id}/withdrawal"), 404, "request-unknown")
    other = (await request(house, case_id))["request_id"]
    assert (await house.ask("POST", f"/requests/{other}/withdrawal")).json()["state"] == "withdrawn"
    assert all(one["met_at"] for one in (await clocks(house, case_id)).values())


async def test_a_request_says_when_it_was_made(house: House) -> None:
    case_id = await opened(house)
    tomorrow = (TODAY + timedelta(days=1)).isoformat()
    refused = await house.ask("POST", f"/cases/{case_id}/requests", REQUEST | {"received_on": tomorrow})
    assert_problem(refused, 422, "invalid-input")
    await request(house, case_id, received_on="2026-02-10")
    assert (await clocks(house, case_id))["decision"]["due_on"] == "2026-03-03"


@pytest.mark.practice("004-04")
@pytest.mark.rule("HOUSE-13")
@pytest.mark.parametrize("kind", ["DELAY", "RESCHEDULE", "REDUCE", "WAIVE", "SETTLE", "DISPUTE", "REFINANCE"])
async def test_every_request_is_answered_in_time_where_no_law_says_more(house: House, kind: str) -> None:
    case_id = await opened(house, "cn")
    told = await request(house, case_id, request_type=kind)
    found = await clocks(house, case_id)
    assert {name: (one["rule_id"], one["warn_on"], one["due_on"]) for name, one in found.items()} == {
        "answer": ("HOUSE-13", "2026-03-12", "2026-03-17")
    }
    assert (await house.names(case_id, "start")).count("StatutoryClock") == 1, "somebody watches it"
    tasks = []
    for day in (date(2026, 3, 11), date(2026, 3, 12), date(2026, 3, 17), date(2026, 3, 18)):
        house.clock.move_to(at(day))
        assert not await look(house, case_id, "answer")
        tasks.append({name: is_ for name, is_ in (await house.tasks(case_id)).items() if name.startswith("clock")})
    assert tasks == [
        {},
        {"clock_warning": None},
        {"clock_warning": None},
        {"clock_warning": "breached", "clock_breach": None},
    ], "warned before the breach, a supervisor at it"
    withdrawn = await house.ask("POST", f"/requests/{told['request_id']}/withdrawal")
    assert withdrawn.status_code == 200
    assert (await house.tasks(case_id))["clock_breach"] == "met" and await look(house, case_id, "answer")


@pytest.mark.practice("004-04")
async def test_a_decision_answers_a_request_before_anybody_is_warned(house: House) -> None:
    case_id = await opened(house, "cn")
    await house.hear("contact", inbound(case_id))
    await request(house, case_id)
    for event in plan_events(case_id)[:6]:
        await house.hear("plans", event)
    answer = (await clocks(house, case_id))["answer"]
    assert (answer["met_by"], answer["breached_at"]) == ("plan.approved", None)
    house.clock.move_to(at(date(2026, 3, 18)))
    assert await look(house, case_id, "answer")
    assert not [name for name in await house.tasks(case_id) if name.startswith("clock")]


@pytest.mark.rule("AU-05")
@pytest.mark.rule("AU-06")
@pytest.mark.rule("CLK-01")
@pytest.mark.rule("CLK-02")
async def test_a_referral_waits_for_the_days_of_the_law(house: House) -> None:
    case_id = await opened(house)
    await house.hear("contact", ContactPlanned(case_id=case_id, round=1))
    await house.hear("contact", ContactExhausted(case_id=case_id, round=1))
    assert (await house.cases.procedure.reopen(case_id, 1)).then == "wait"

    async def refer(**body: Any) -> Any:
        path = f"/cases/{case_id}/re-entry"
        return await house.ask("POST", path, {"decision": "refer"} | body, roles=("supervisor",))

    refused = assert_problem(await refer(), 409, "referral-blocked")
    assert refused["rule"] == "AU-06"
    told = (await request(house, case_id))["request_id"]
    notice = {"default_notice_on": (TODAY - timedelta(days=40)).isoformat()}
    assert assert_problem(await refer(**notice), 409, "referral-blocked")["rule"] == "AU-03"
    body = {"reason_code": "NO_HARDSHIP", "reasons": "the borrower says that nothing has changed"}
    assert (await house.ask("POST", f"/requests/{told}/decline", body, roles=("supervisor",))).status_code == 200
    blocked = assert_problem(await refer(**notice), 409, "referral-blocked")
    today = house.clock.now().date()
    assert (blocked["rule"], blocked["earliest"]) == ("AU-05", (today + timedelta(days=14)).isoformat())
    house.clock.advance(timedelta(days=14))
    hold = await house.ask("POST", f"/cases/{case_id}/holds", {"kind": "LEGAL_STAY"}, roles=("supervisor",))
    assert assert_problem(await refer(**notice), 409, "referral-blocked")["rule"] == "HOLD-01"
    lifted = await house.ask("POST", f"/holds/{hold.json()['hold_id']}/lift", roles=("compliance",), if_match=1)
    assert lifted.status_code == 200
    assert (await refer(**notice)).json()["state"] == "REFERRED"


@pytest.mark.rule("UK-15")
@pytest.mark.rule("CLK-02")
@pytest.mark.parametrize(("served_before_days", "referred"), [(14, False), (15, True)])
async def test_a_british_default_notice_leaves_fourteen_whole_days(
    house: House, served_before_days: int, referred: bool
) -> None:
    case_id = await opened(house, "uk")
    await house.hear("contact", ContactPlanned(case_id=case_id, round=1))
    await house.hear("contact", ContactExhausted(case_id=case_id, round=1))
    assert (await house.cases.procedure.reopen(case_id, 1)).then == "wait"
    body: dict[str, Any] = {"decision": "refer"}
    answer = await house.ask("POST", f"/cases/{case_id}/re-entry", body, roles=("supervisor",))
    assert assert_problem(answer, 409, "referral-blocked")["rule"] == "UK-15", "nobody knows of a notice"
    body["default_notice_on"] = (TODAY - timedelta(days=served_before_days)).isoformat()
    answer = await house.ask("POST", f"/cases/{case_id}/re-entry", body, roles=("supervisor",))
    if referred:
        assert answer.json()["state"] == "REFERRED"
    else:
        blocked = assert_problem(answer, 409, "referral-blocked")
        assert (blocked["rule"], blocked["earliest"]) == ("UK-15", (TODAY + timedelta(days=1)).isoformat())


async def test_a_pack_that_nobody_has_is_refused(house: House) -> None:
    body = case_body("A9")
    body["account"]["pack"] = "zz"
    answer = await house.ask("POST", "/cases", body, roles=("system",), sub="svc-portal")
    assert assert_problem(answer, 422, "invalid-input")["errors"][0]["pointer"] == "#/account/pack"
