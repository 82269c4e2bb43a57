"""Steps of a case by events and by people: in order, out of order, illegal, held up, and to the end."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.common.contracts.events import BY_TYPE
from services.common.contracts.events.agreements import AgreementBroken, AgreementCompleted, InstalmentMissed
from services.common.contracts.events.contacts import ContactExhausted, ContactPlanned, InboundRecorded
from services.common.contracts.events.plans import (
    AgreementSigned,
    EvidenceReceived,
    EvidenceRequested,
    EvidenceVerified,
    PlanActivated,
    PlanApproved,
    PlanDrafted,
    PlanSubmitted,
    ScheduledInstalment,
)
from services.common.kernel.ids import business_uuid
from services.intake.domain.case_state import STAYS, TRANSITIONS
from services.intake.service.hearing import moves_cases, trigger_name
from tests.databases import FreshDatabase
from tests.integration.intake_house import START, House, cny

REQUEST = {"cause": "ILLNESS", "own_words": "canary-own-words", "request_type": "RESCHEDULE", "months": 12}
LAST_DUE = date(2026, 9, 1)


@pytest_asyncio.fixture(loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    found = House(await fresh_database("intake"))
    yield found
    await found.close()


def inbound(case_id: UUID, round_: int = 1) -> InboundRecorded:
    inbound_id = business_uuid("inbound", str(case_id), str(round_))
    return InboundRecorded(case_id=case_id, inbound_id=inbound_id, channel="sms", round=round_, at=START)


def plan_events(case_id: UUID, round_: int = 1) -> list[Any]:
    """What plans says from the request to the running plan."""
    ids: dict[str, Any] = {"case_id": case_id, "round": round_}
    checklist = ids | {"checklist_id": business_uuid("checklist", str(case_id), str(round_))}
    plan = ids | {"plan_id": business_uuid("plan", str(case_id), str(round_)), "version": 1}
    agreement_id = agreement_of(case_id, round_)
    return [
        EvidenceRequested(**checklist, items=2, due_on=date(2026, 3, 20)),
        EvidenceReceived(**checklist),
        EvidenceVerified(**checklist),
        PlanDrafted(**plan, relief_type="EXTEND"),
        PlanSubmitted(**plan, proposal_hash="a" * 64, needs_level="supervisor"),
        PlanApproved(**plan, proposal_hash="a" * 64, expires_at=START + timedelta(days=7)),
        AgreementSigned(**plan, agreement_id=agreement_id),
        PlanActivated(
            **plan,
            agreement_id=agreement_id,
            borrower_id=case_id,
            account_ref="A1",
            relief_type="EXTEND",
            pack="cn",
            language="zh",
            total=cny("1000.00"),
            schedule=(ScheduledInstalment(number=1, due_date=LAST_DUE, amount=cny("1000.00")),),
            schedule_hash="b" * 64,
            core_reference="core-1",
            activated_on=date(2026, 3, 20),
            days_past_due=45,
        ),
    ]


def agreement_of(case_id: UUID, round_: int) -> UUID:
    return business_uuid("agreement", str(case_id), str(round_))


def about(case_id: UUID, round_: int) -> dict[str, Any]:
    return {"case_id": case_id, "agreement_id": agreement_of(case_id, round_), "round": round_}


async def triaged(house: House, account: str = "A1") -> UUID:
    case_id = await house.post_case(account)
    await house.cases.triage.triage(case_id, False)
    return case_id


async def engaged(house: House) -> UUID:
    case_id = await triaged(house)
    await house.hear("contact", ContactPlanned(case_id=case_id, round=1))
    await house.hear("contact", inbound(case_id))
    return case_id


async def broken(house: House, case_id: UUID, round_: int) -> None:
    """From ENGAGED to a broken plan."""
    assert (await house.ask("POST", f"/cases/{case_id}/requests", REQUEST)).status_code == 201
    for event in plan_events(case_id, round_):
        await house.hear("plans", event)
    await house.hear("followup", InstalmentMissed(**about(case_id, round_), number=1, shortfall=cny("1000.00")))
    await house.hear("followup", AgreementBroken(**about(case_id, round_)))


async def test_a_case_goes_its_way_to_the_end(house: House) -> None:
    case_id = await engaged(house)
    assert (await house.tasks(case_id)) == {"record_request": None}
    assert (await house.ask("POST", f"/cases/{case_id}/requests", REQUEST)).status_code == 201
    assert (await house.tasks(case_id)) == {"record_request": "recorded"}
    for event in plan_events(case_id):
        assert await house.hear("plans", event) == "applied"
    case = await house.case(case_id)
    assert (case["state"], case["agreement_id"]) == ("PLAN_ACTIVE", str(agreement_of(case_id, 1)))
    assert (await house.obligations(case_id))["case"].date() > LAST_DUE
    assert not (await house.cases.procedure.close(case_id, 1, withdraw=False)).closed
    await house.hear("followup", AgreementCompleted(**about(case_id, 1)))
    assert (await house.names(case_id, "nudge")) == ["look"], "the close that waited is woken once"
    assert (await house.cases.procedure.close(case_id, 1, withdraw=False)).closed
    assert (await house.cases.procedure.close(case_id, 1, withdraw=False)).closed
    assert await house.obligations(case_id) == {}
    assert await house.names(case_id, "start") == ["CaseWorkflow", "MessageDelivery"]
    history = await house.history(case_id)
    assert [number for number, _ in history] == list(range(1, len(history) + 1))
    names = await house.names(case_id)
    assert names.count("case.state_changed") == len(history) - 1
    assert names.count("case.closed") == 1
    closing = (await house.outbox(case_id, "start"))[-1][1]
    assert closing["params"] == {"closed_on": "2026-03-02"} and closing["message_class"] == "receipt"


async def test_events_that_come_too_early_wait_for_their_turn(house: House) -> None:
    case_id = await engaged(house)
    events = plan_events(case_id)
    await house.hear("followup", InstalmentMissed(**about(case_id, 1), number=1, shortfall=cny("10.00")))
    for event in events[:3]:
        await house.hear("plans", event)
    case = await house.case(case_id)
    assert case["state"] == "ENGAGED"
    assert await house.one("SELECT parked FROM collections_case") == 4
    assert "parked_event" in await house.obligations(case_id)
    assert (await house.ask("POST", f"/cases/{case_id}/requests", REQUEST)).status_code == 201
    assert (await house.case(case_id))["state"] == "EVIDENCE_REVIEW"
    for event in events[3:]:
        await house.hear("plans", event)
    assert (await house.case(case_id))["state"] == "PLAN_AT_RISK"
    assert await house.one("SELECT count(*) FROM parked_event WHERE settled_at IS NULL") == 0
    assert set(await house.obligations(case_id)) == {"case"}
    history = await house.history(case_id)
    assert [number for number, _ in history] == list(range(1, len(history) + 1))


async def test_the_database_refuses_a_step_that_is_not_in_its_table(house: House) -> None:
    await triaged(house)
    steps = [
        "state = 'OFFERED', state_version = state_version + 1, moved_by = 'plan.approved'",
        "state = 'CONTACTING', state_version = state_version + 1, moved_by = 'case.closed'",
        "state = 'CONTACTING', state_version = state_version + 2, moved_by = 'contact.planned'",
        "state_version = state_version + 1",
    ]
    for step in steps:
        with pytest.raises(IntegrityError):
            async with house.database.engine.begin() as connection:
                await connection.execute(text(f"UPDATE collections_case SET {step}"))
    with pytest.raises(IntegrityError):
        async with house.database.engine.begin() as connection:
            await connection.execute(text("DELETE FROM case_history"))


async def test_the_table_of_the_database_is_that_of_the_code(house: House) -> None:
    async with house.database.read() as session:
        rows = (await session.execute(text("SELECT source, trigger, target FROM case_transition"))).all()
    assert {tuple(row) for row in rows} == {(str(t.source), t.trigger, str(t.target)) for t in TRANSITIONS}


def test_every_event_of_the_other_services_that_moves_a_case_is_heard(house: House) -> None:
    heard = set(house.cases.handlers.types)
    known = {t.trigger for t in TRANSITIONS} | {trigger for _, trigger in STAYS}
    moving = {
        payload.type
        for payload in BY_TYPE.values()
        if trigger_name(payload) in known and payload.topic not in ("forbear.cases", "forbear.tasks")
    }
    assert moving and moving <= heard
    assert all(moves_cases(BY_TYPE[kind]) for kind in moving)


async def test_two_rounds_then_a_supervisor(house: House) -> None:
    case_id = await engaged(house)
    assert (await house.cases.procedure.reopen(case_id, 1)).then == "wait"
    await broken(house, case_id, 1)
    assert await house.names(case_id, "nudge") == ["look"]
    again = await house.cases.procedure.reopen(case_id, 1)
    assert (again.then, again.round) == ("round", 2)
    assert (await house.cases.procedure.reopen(case_id, 1)).round == 2, "a repeat changes nothing"
    assert (await house.names(case_id)).count("negotiation.reopened") == 1
    await house.hear("contact", inbound(case_id, 2))
    await broken(house, case_id, 2)
    assert (await house.cases.procedure.reopen(case_id, 2)).then == "wait"
    assert (await house.tasks(case_id))["reopen_or_refer"] is None
    refused = await house.ask("POST", f"/cases/{case_id}/re-entry", {"decision": "refer"})
    assert refused.status_code == 403
    stale = await house.ask(
        "POST", f"/cases/{case_id}/re-entry", {"decision": "refer"}, roles=("supervisor",), if_match=1
    )
    assert stale.status_code == 412
    decided = await house.ask("POST", f"/cases/{case_id}/re-entry", {"decision": "refer"}, roles=("supervisor",))
    assert (decided.status_code, decided.json()["state"]) == (200, "REFERRED")
    assert (await house.cases.procedure.reopen(case_id, 2)).then == "close"
    assert (await house.cases.procedure.close(case_id, 2, withdraw=False)).closed


async def test_a_borrower_who_comes_back_before_the_close_gets_a_round_of_negotiation(house: House) -> None:
    case_id = await triaged(house)
    procedure = house.cases.procedure
    await house.hear("contact", ContactPlanned(case_id=case_id, round=1))
    await house.hear("contact", ContactExhausted(case_id=case_id, round=1))
    await house.hear("contact", inbound(case_id))
    case = await house.case(case_id)
    assert (case["state"], case["round"]) == ("ENGAGED", 2)
    assert await house.tasks(case_id) == {"record_request": None}
    assert (await house.outbox(case_id))[-2][1] == {"case_id": str(case_id), "round": 2}
    found = await procedure.close(case_id, 1, withdraw=False)
    assert (found.closed, found.round) == (False, 2)
    ends = [(await procedure.child_end(case_id, 1, child)).outcome for child in ("contact", "plan")]
    assert ends == ["exhausted", "no_agreement"], "neither has the case go on in the round that is over"
    await broken(house, case_id, 2)
    assert (await procedure.child_end(case_id, 2, "contact")).outcome == "engaged"
    waits = await procedure.close(case_id, 2, withdraw=False)
    assert (waits.closed, waits.round) == (False, None), "no round began after this one"
    answer = await house.ask("POST", f"/cases/{case_id}/re-entry", {"decision": "reopen"}, roles=("supervisor",))
    assert answer.status_code == 409, "no task asks for it yet"
    assert (await procedure.reopen(case_id, 2)).then == "wait"
    answer = await house.ask("POST", f"/cases/{case_id}/re-entry", {"decision": "reopen"}, roles=("supervisor",))
    assert (await house.case(case_id))["round"] == 3
    assert (await procedure.child_end(case_id, 2, "plan")).outcome == "active", "the third began from a broken plan"
    assert (await procedure.close(case_id, 1, withdraw=True)).closed, "a person may end it all the same"


async def test_the_end_of_a_child_is_read_from_the_state(house: House) -> None:
    case_id = await triaged(house)
    procedure = house.cases.procedure
    assert (await procedure.child_end(case_id, 1, "contact")).outcome is None
    await house.hear("contact", ContactPlanned(case_id=case_id, round=1))
    assert await house.names(case_id, "nudge") == []
    await house.hear("contact", ContactExhausted(case_id=case_id, round=1))
    assert await house.names(case_id, "nudge") == ["look"]
    assert (await procedure.child_end(case_id, 1, "contact")).outcome == "exhausted"


async def test_a_cured_account_ends_negotiation_but_not_a_running_plan(house: House) -> None:
    case_id = await engaged(house)
    assert await house.restore("A1") == "applied"
    case = await house.case(case_id)
    assert case["state"] == "CURED"
    assert (await house.tasks(case_id)) == {"record_request": "case_moved_on"}
    assert (await house.cases.procedure.close(case_id, 1, withdraw=True)).closed
    assert (await house.outbox(case_id))[-1][1]["reason"] == "CURED"
    await house.hear("contact", ContactExhausted(case_id=case_id, round=1))
    assert await house.one("SELECT count(*) FROM audit_entry WHERE action = 'event.after_close'") == 1

    house.clock.advance(timedelta(days=1))
    second = await engaged(house)
    assert (await house.ask("POST", f"/cases/{second}/requests", REQUEST)).status_code == 201
    for event in plan_events(second):
        await house.hear("plans", event)
    assert await house.restore("A1", as_of=date(2026, 3, 21)) == "applied"
    assert (await house.case(second))["state"] == "PLAN_ACTIVE"


async def test_a_case_that_stands_still_gets_attention(house: House) -> None:
    case_id = await triaged(house)
    procedure = house.cases.procedure
    assert not (await procedure.pay_attention(case_id)).withdraw
    assert await house.tasks(case_id) == {}
    house.clock.advance(timedelta(days=46))
    for _ in range(2):
        assert not (await procedure.pay_attention(case_id)).withdraw
    assert await house.tasks(case_id) == {"stuck": None}
    assert (await house.obligations(case_id))["case"] == house.clock.now() + timedelta(days=7)
    await house.hear("contact", ContactPlanned(case_id=case_id, round=1))
    assert await house.tasks(case_id) == {"stuck": "case_moved_on"}
    assert (await house.obligations(case_id))["case"] == house.clock.now() + timedelta(days=120)


async def test_assignment_needs_the_version_and_the_right(house: House) -> None:
    case_id = await triaged(house)
    version = (await house.case(case_id))["version"]
    path, mine = f"/cases/{case_id}/assignee", {"assignee": "a-1"}
    assert (await house.ask("PUT", path, mine)).status_code == 428
    assert (await house.ask("PUT", path, mine, if_match=version - 1)).status_code == 412
    assert (await house.ask("PUT", path, {"assignee": "a-2"}, if_match=version)).status_code == 403
    taken = await house.ask("PUT", path, mine, if_match=version)
    assert (taken.status_code, taken.headers["etag"]) == (200, f'"{version + 1}"')
    assert (await house.ask("GET", f"/cases/{case_id}", sub="a-2")).status_code == 404
    note = await house.ask("POST", f"/cases/{case_id}/notes", {"text": "x"}, sub="a-2")
    assert note.status_code == 404
    given = await house.ask("PUT", path, {"assignee": "a-2"}, if_match=version + 1, roles=("supervisor",), sub="s-1")
    assert given.status_code == 200
    assert (await house.ask("GET", f"/cases/{case_id}", sub="a-2")).status_code == 200
    assert (await house.names(case_id)).count("case.assigned") == 2


async def test_lists_are_paged_and_show_what_one_may_see(house: House) -> None:
    ids = [await house.post_case(f"A{n}") for n in range(5)]
    version = (await house.case(ids[0]))["version"]
    await house.ask("PUT", f"/cases/{ids[0]}/assignee", {"assignee": "a-2"}, if_match=version, roles=("manager",))
    seen: list[str] = []
    cursor = ""
    for _ in range(5):
        answer = (await house.ask("GET", f"/cases?limit=2&state=OPENED{cursor}")).json()
        seen += [item["case_id"] for item in answer["items"]]
        if answer["next"] is None:
            break
        cursor = f"&cursor={answer['next']}"
    assert sorted(seen) == sorted(str(case_id) for case_id in ids[1:])
    assert (await house.ask("GET", "/cases?limit=201")).status_code == 422
    everybody = await house.ask("GET", "/cases?assignee=a-2", roles=("compliance",))
    assert [item["case_id"] for item in everybody.json()["items"]] == [str(ids[0])]


async def test_the_time_line_tells_all_and_keeps_the_cause(house: House) -> None:
    case_id = await engaged(house)
    key = "note-1"
    for _ in range(2):
        answer = await house.ask("POST", f"/cases/{case_id}/notes", {"text": "canary-note"}, key=key)
        assert answer.status_code == 201
    await house.ask("POST", f"/cases/{case_id}/requests", REQUEST)
    await house.ask("POST", f"/cases/{case_id}/holds", {"kind": "DISPUTE"})
    lines: list[dict[str, Any]] = []
    cursor = ""
    while True:
        answer = (await house.ask("GET", f"/cases/{case_id}/timeline?limit=3{cursor}")).json()
        lines += answer["items"]
        if answer["next"] is None:
            break
        cursor = f"&cursor={answer['next']}"
    kinds = [line["kind"] for line in lines]
    assert (kinds.count("step"), kinds.count("note"), kinds.count("request"), kinds.count("hold")) == (5, 1, 1, 1)
    assert next(line["what"]["text"] for line in lines if line["kind"] == "note") == "canary-note"
    assert "ILLNESS" not in str(lines) and "canary-own-words" not in str(lines) and "DISPUTE" not in str(lines)
    notes = (await house.ask("GET", f"/cases/{case_id}/notes")).json()
    assert [note["text"] for note in notes["items"]] == ["canary-note"]
    for table in ("note", "relief_request", "hold", "outbox", "audit_entry", "command_log", "task"):
        dumped = await house.one(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} t")
        assert not any(secret in dumped for secret in ("canary", "ILLNESS", "DISPUTE"))


async def test_a_request_is_recorded_in_conversation_only(house: House) -> None:
    case_id = await triaged(house)
    assert (await house.ask("POST", f"/cases/{case_id}/requests", REQUEST)).status_code == 409
    await house.hear("contact", inbound(case_id))
    dollars = REQUEST | {"amount": {"amount": "5.00", "currency": "USD"}}
    assert (await house.ask("POST", f"/cases/{case_id}/requests", dollars)).status_code == 422
    assert (await house.ask("POST", f"/cases/{case_id}/requests", REQUEST | {"months": -1})).status_code == 422
    assert (await house.ask("POST", f"/cases/{case_id}/requests", REQUEST)).status_code == 201
    assert (await house.ask("POST", f"/cases/{case_id}/requests", REQUEST)).status_code == 409


async def test_holds_are_told_without_their_reason_and_lifted_by_the_right_people(house: House) -> None:
    case_id = await triaged(house)
    placed = await house.ask("POST", f"/cases/{case_id}/holds", {"kind": "MENTAL_HEALTH_CRISIS"})
    assert placed.status_code == 201
    event = (await house.outbox(case_id))[-1][1]
    assert "demand_call" in event["blocks"] and event["ends_at"] is None and "MENTAL" not in str(event)
    hold_id = placed.json()["hold_id"]
    assert (await house.ask("POST", f"/cases/{case_id}/holds", {"kind": "NO_SUCH"})).status_code == 422
    assert (await house.ask("POST", f"/holds/{hold_id}/lift", roles=("supervisor",))).status_code == 403
    assert (await house.ask("GET", f"/cases/{case_id}/holds")).status_code == 403
    shown = await house.ask("GET", f"/cases/{case_id}/holds", roles=("compliance",))
    assert [hold["kind"] for hold in shown.json()["items"]] == ["MENTAL_HEALTH_CRISIS"]
    assert (await house.ask("POST", f"/holds/{hold_id}/lift", roles=("compliance",))).status_code == 200
    assert (await house.ask("POST", f"/holds/{hold_id}/lift", roles=("compliance",))).status_code == 409
    assert (await house.names(case_id))[-1] == "hold.lifted"
