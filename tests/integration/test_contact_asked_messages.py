"""Messages that people have sent, and those that confirm what the borrower asked for."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from services.common.contracts.events.cases import CaseClosed, CaseTriaged
from services.common.contracts.workflows import MESSAGE_DELIVERY, DeliveryRequest
from services.common.kernel.ids import business_uuid
from services.contact.service.messages.release import message_id_of
from tests.contract.problem_answers import assert_problem
from tests.databases import FreshDatabase
from tests.integration.contact_facts import offer_of, receipt_of
from tests.integration.contact_house import House
from tests.integration.contact_people import party, put
from tests.integration.contact_talks import recorded

AT_HOME = {"name": "王秀英", "postal_address": "上海市世纪大道1号"}
TALKED = {"party_verified": True, "summary": "说明了情况", "read_back_confirmed": True}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("contact"))
    yield made
    await made.close()


async def wanted(house: House, case: CaseTriaged, purpose: str) -> list[DeliveryRequest]:
    """The messages of a purpose that were asked for."""
    starts = [body for name, body in await house.outbox(case, "start") if name == MESSAGE_DELIVERY]
    return [one for one in map(DeliveryRequest.model_validate, starts) if one.purpose == purpose]


async def ask(house: House, case: CaseTriaged, key: str, purpose: str, *roles: str) -> Any:
    return await house.post(f"/v1/cases/{case.case_id}/messages", {"purpose": purpose}, key, *roles)


async def text_of(house: House, case: CaseTriaged, purpose: str) -> str:
    """What the one message of a purpose says, after it was sent."""
    (request,) = await wanted(house, case, purpose)
    assert (await house.deliver(request)).outcome == "sent"
    return str(house.gateway.taken[str(message_id_of(request))]["text"])


@pytest.mark.practice("001-04")
async def test_a_statement_of_the_debt_has_the_figures_of_the_core(house: House) -> None:
    case = await house.triaged("statement", language="en")
    answer = await ask(house, case, "st-1", "debt_statement")
    assert answer.status_code == 201, answer.text
    shown = (await house.get(f"/v1/messages/{answer.json()['message_id']}")).json()
    assert shown["state"] == "planned", "who asked can see it before it leaves"
    assert (await ask(house, case, "st-1", "debt_statement")).json() == answer.json(), "asked again it is the same"
    text = await text_of(house, case, "debt_statement")
    for part in (
        "On 1 March 2026 the whole of what is owed is CNY 9,864.00",
        "past due is CNY 864.00",
        "CNY 800.00 is principal",
        "Interest is CNY 54.00, and charges are CNY 10.00",
        "not yet due is CNY 9,000.00",
        "was due on 17 February 2026",
    ):
        assert part.replace(",", "") in text.replace(",", ""), part
    typed = {"purpose": "debt_statement", "balance": "CNY 1.00"}
    refused = await house.post(f"/v1/cases/{case.case_id}/messages", typed, "st-typed")
    assert refused.status_code == 422 and "1.00" not in refused.text
    assert (await ask(house, case, "st-2", "debt_statement", "system")).status_code == 201
    assert len(await wanted(house, case, "debt_statement")) == 2, "asked for another time it is another statement"


async def test_without_the_core_no_statement_is_made(house: House) -> None:
    case = await house.triaged("no-core")
    house.intake.down = True
    assert (await ask(house, case, "nc-1", "debt_statement")).status_code == 503
    assert (await ask(house, case, "nc-2", "disclosures")).status_code == 201, "it shows no figures"
    house.intake.down = False
    assert await wanted(house, case, "debt_statement") == []


@pytest.mark.practice("000-03")
@pytest.mark.rule("TALK-09")
async def test_what_was_sent_counts_as_disclosed_until_it_comes_back(house: House) -> None:
    case = await house.triaged("discloses")
    path = f"/v1/cases/{case.case_id}/disclosures"
    message_id = (await ask(house, case, "di-1", "disclosures")).json()["message_id"]
    assert len((await house.get(path)).json()["open"]) == 5, "asked for is not sent"
    (request,) = await wanted(house, case, "disclosures")
    assert (await house.deliver(request)).outcome == "sent"
    listed = (await house.get(path)).json()
    assert listed["open"] == []
    for one in listed["items"]:
        assert (one["version"], one["message_id"]) == ("disclosures-2.2", message_id)
        assert one["conversation_id"] is None and one["given_by"] is None and one["given_at"]
    party_id = await party(house, case, "discloses-2")
    assert len((await house.get(f"{path}?party_id={party_id}")).json()["open"]) == 5, "it went to the borrower"
    back = receipt_of(message_id_of(request), "failed")
    assert (await house.webhook("di-back", back)).json() == {"effect": "failed"}
    assert len((await house.get(path)).json()["open"]) == 5


@pytest.mark.practice("000-03")
async def test_messages_that_go_out_anyway_tell_what_they_say(house: House) -> None:
    case = await house.triaged("rides")
    request = offer_of(case, purpose="evidence_request").model_copy(update={"params": {"due_on": "2026-03-20"}})
    assert (await house.deliver(request)).outcome == "sent"
    listed = (await house.get(f"/v1/cases/{case.case_id}/disclosures")).json()
    assert set(listed["open"]) == {"recording"}
    other = await house.triaged("rides-not")
    dateless = offer_of(other, purpose="evidence_request").model_copy(update={"params": {"items": "2"}})
    assert (await house.deliver(dateless)).outcome == "sent"
    left = (await house.get(f"/v1/cases/{other.case_id}/disclosures")).json()["open"]
    assert set(left) == {"recording", "next_steps"}


@pytest.mark.rule("CN-12")
async def test_the_letter_about_a_card_is_a_supervisors_and_only_a_letter(house: House) -> None:
    house.intake.further[business_uuid("case", "card-asked")] = AT_HOME
    case = await house.triaged("card-asked", product="credit_card")
    agent = await ask(house, case, "ca-1", "card_letter")
    assert assert_problem(agent, 403, "message-not-theirs")["who_may"] == ["manager", "supervisor"]
    version = (await house.get(f"/v1/cases/{case.case_id}/contact-preferences")).json()["version"]
    await put(house, case, version, preferred_channel="sms")
    assert (await ask(house, case, "ca-2", "card_letter", "supervisor")).status_code == 201
    assert "共欠CNY 9864.00" in (await text_of(house, case, "card_letter")).replace(",", "")
    (request,) = await wanted(house, case, "card_letter")
    assert (await house.message(message_id_of(request))).channel == "letter"
    loan = await house.triaged("loan-asked")
    unfit = await ask(house, loan, "ca-3", "card_letter", "supervisor")
    assert assert_problem(unfit, 409, "message-unfit")["reason"] == "OTHER_CASES"


async def test_a_letter_that_asks_for_payment_does_not_leave_after_hardship_was_told(house: House) -> None:
    house.intake.further[business_uuid("case", "card-ill")] = AT_HOME
    case = await house.triaged("card-ill", product="credit_card")
    assert (await ask(house, case, "ci-1", "card_letter", "supervisor")).status_code == 201
    cause = {"cause": "ILLNESS", "own_words": "住院了", "request": {"request_type": "DELAY", "months": 2}}
    told = await recorded(house, case, "ci-told", **TALKED, **cause, outcome="RPC_REQUEST_RELIEF")
    assert told.status_code == 201, told.text
    (request,) = await wanted(house, case, "card_letter")
    assert (await house.deliver(request)).outcome == "refused"
    assert (await house.message(message_id_of(request))).reason == "HARDSHIP_TOLD"
    again = await ask(house, case, "ci-2", "card_letter", "supervisor")
    assert assert_problem(again, 409, "message-unfit")["reason"] == "HARDSHIP_TOLD"


async def test_what_nobody_has_sent_is_refused(house: House) -> None:
    case = await house.triaged("refused")
    for number, purpose in enumerate(("written_notice", "recap", "weather")):
        refused = await ask(house, case, f"re-{number}", purpose, "manager")
        assert [one["pointer"] for one in refused.json()["errors"]] == ["#/purpose"]
        assert refused.status_code == 422 and "disclosures" in refused.text
    assert (await ask(house, case, "re-role", "disclosures", "compliance")).status_code == 403
    nobody = await house.post(f"/v1/cases/{business_uuid('case', 'x')}/messages", {"purpose": "disclosures"}, "re-none")
    assert_problem(nobody, 404, "case-unknown")
    await house.hear("intake", CaseClosed(case_id=case.case_id, reason="CURED", closed_at=house.clock.now()))
    assert_problem(await ask(house, case, "re-closed", "disclosures"), 409, "case-closed")


@pytest.mark.practice("000-04")
async def test_an_appointment_for_a_call_is_confirmed_with_its_hour(house: House) -> None:
    case = await house.triaged("appointment")
    at = (house.clock.now() + timedelta(days=2, hours=4, minutes=30)).isoformat()
    answer = await recorded(house, case, "ap", **TALKED, outcome="RPC_CALLBACK_AGREED", call_back_at=at)
    assert answer.status_code == 201, answer.text
    assert "2026年3月4日14:30" in await text_of(house, case, "callback_confirmation")
    assert not answer.json()["recap"] and await wanted(house, case, "recap") == [], "one message says it"
    more = await house.triaged("appointment-more")
    promised = {"side": "borrower", "kind": "SEND_EVIDENCE", "text": "寄来流水", "due_on": "2026-03-08"}
    said = TALKED | {"outcome": "RPC_CALLBACK_AGREED", "call_back_at": at, "commitments": [promised]}
    assert (await recorded(house, more, "ap-more", **said)).json()["recap"], "and the rest is told too"


@pytest.mark.rule("US-10")
async def test_who_asks_to_be_left_alone_gets_one_acknowledgement_and_no_more(house: House) -> None:
    case = await house.triaged("ceases")
    answer = await recorded(house, case, "ce", **TALKED, outcome="RPC_CEASE_REQUEST")
    assert answer.status_code == 201 and not answer.json()["recap"]
    starts = [body["purpose"] for name, body in await house.outbox(case, "start") if name == MESSAGE_DELIVERY]
    assert starts == ["cease_acknowledgement"]
    text = await text_of(house, case, "cease_acknowledgement")
    assert "2026年3月2日" in text and "不会再主动联系" in text
    assert (await house.deliver(offer_of(case))).outcome == "refused"


async def test_what_another_debtor_says_is_not_told_to_the_borrower(house: House) -> None:
    case = await house.triaged("two-owe")
    debtor = await party(house, case, "two-owe-2")
    at = (house.clock.now() + timedelta(days=2)).isoformat()
    path = f"/v1/cases/{case.case_id}/conversations"
    for key, outcome in (("tw-1", "RPC_CALLBACK_AGREED"), ("tw-2", "RPC_CEASE_REQUEST"), ("tw-3", "RPC_DISPUTE")):
        spoken: dict[str, Any] = TALKED | {"outcome": outcome, "person_id": debtor}
        if outcome == "RPC_CALLBACK_AGREED":
            spoken |= {"call_back_at": at}
        if outcome == "RPC_DISPUTE":
            spoken |= {"cause": "DISPUTE_MERCHANT", "own_words": "没收到货", "request": {"request_type": "DISPUTE"}}
        answer = await house.post(path, spoken, key)
        assert answer.status_code == 201 and not answer.json()["recap"], answer.text
    assert [name for name, _ in await house.outbox(case, "start") if name == MESSAGE_DELIVERY] == []
