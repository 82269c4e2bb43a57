"""What becomes of a case when a round ends, when the account is cured, and when nothing happens."""

from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest_asyncio

from services.common.contracts.events.contacts import ContactExhausted, ContactPlanned
from tests.databases import FreshDatabase
from tests.integration.intake_case_steps import REQUEST, broken, engaged, inbound, plan_events, triaged
from tests.integration.intake_house import House


@pytest_asyncio.fixture(loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    found = House(await fresh_database("intake"))
    yield found
    await found.close()


async def test_two_rounds_then_a_supervisor(house: House) -> None:
    case_id = await engaged(house)
    assert (await house.cases.procedure.reopen(case_id, 1)).then == "wait"
    await broken(house, case_id, 1)
    assert await house.woken(case_id) == ["clock", "case"]
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
    assert decided.status_code == 200, decided.text
    assert decided.json()["state"] == "REFERRED"
    assert (await house.cases.procedure.reopen(case_id, 2)).then == "close"
    assert (await house.cases.procedure.close(case_id, 2, withdraw=False)).closed


async def test_where_nobody_was_reached_a_supervisor_decides_and_nothing_ends_by_itself(house: House) -> None:
    case_id = await triaged(house)
    procedure, path = house.cases.procedure, f"/cases/{case_id}/re-entry"
    await house.hear("contact", ContactPlanned(case_id=case_id, round=1))
    assert (await procedure.reopen(case_id, 1)).then == "wait", "its round has not ended yet"
    early = await house.ask("POST", path, {"decision": "close"}, roles=("supervisor",))
    assert early.status_code == 409
    await house.hear("contact", ContactExhausted(case_id=case_id, round=1))
    for _ in range(2):
        assert (await procedure.reopen(case_id, 1)).then == "wait"
    assert await house.tasks(case_id) == {"review_no_contact": None}
    assert (await house.case(case_id))["state"] == "NO_AGREEMENT"
    assert (await house.ask("POST", path, {"decision": "reopen"})).status_code == 403
    again = await house.ask("POST", path, {"decision": "reopen"}, roles=("supervisor",))
    assert (again.status_code, again.json()["state"], again.json()["round"]) == (200, "CONTACTING", 2)
    found = await procedure.reopen(case_id, 1)
    assert (found.then, found.round) == ("round", 2)
    assert (await house.names(case_id)).count("negotiation.reopened") == 1

    await house.hear("contact", ContactExhausted(case_id=case_id, round=2))
    assert (await procedure.reopen(case_id, 2)).then == "wait", "the bank's limit of rounds does not bind a supervisor"
    ended = await house.ask("POST", path, {"decision": "close"}, roles=("supervisor",))
    assert (ended.status_code, ended.json()["state"]) == (200, "CLOSED")
    assert (await house.outbox(case_id, "event"))[-1][1]["reason"] == "NO_AGREEMENT"
    assert (await procedure.reopen(case_id, 2)).then == "close"


async def test_who_answers_while_a_supervisor_is_asked_is_negotiated_with(house: House) -> None:
    case_id = await triaged(house)
    await house.hear("contact", ContactPlanned(case_id=case_id, round=1))
    await house.hear("contact", ContactExhausted(case_id=case_id, round=1))
    assert (await house.cases.procedure.reopen(case_id, 1)).then == "wait"
    await house.hear("contact", inbound(case_id))
    assert (await house.tasks(case_id))["review_no_contact"] == "case_moved_on"
    assert (await house.cases.procedure.reopen(case_id, 1)).then == "close", "no further round of contact begins"
    found = await house.cases.procedure.close(case_id, 1, withdraw=False)
    assert (found.closed, found.round) == (False, 2)


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
    assert await house.scalar("SELECT count(*) FROM audit_entry WHERE action = 'event.after_close'") == 1

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
