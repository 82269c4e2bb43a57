"""What is known of people binds every permit: what they asked for and agreed to, who speaks for them, which number."""

from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from services.common.contracts.workflows import RoundInput
from services.common.kernel.ids import business_uuid
from services.contact.repository import numbers, people
from services.contact.service.messages.release import message_id_of
from tests.databases import FreshDatabase
from tests.integration.contact_facts import offer_of, reply_of
from tests.integration.contact_house import House
from tests.integration.contact_knowing import NEW_YORK, agree, american, at, in_new_york, rules, tell, vain_call, write


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def url(fresh_database: FreshDatabase) -> str:
    return await fresh_database("contact")


@pytest_asyncio.fixture(loop_scope="session")
async def house(url: str) -> AsyncIterator[House]:
    made = House(url)
    yield made
    await made.close()


@pytest.mark.rule("PREF-01", "PREF-02")
async def test_times_and_ways_that_a_person_asked_to_be_spared_bind_everybody(house: House) -> None:
    house.clock.move_to(at(2, 10))
    case = await house.triaged("asks")
    busy = {"hours": {"start": "09:00:00", "end": "11:00:00"}, "weekdays": [1]}
    await tell(house, case.borrower_id, inconvenient=[busy])
    answer = await house.ask(case, "busy-monday")
    assert rules(answer) == ["PREF-01"]
    assert datetime.fromisoformat(answer.json()["earliest"]) == at(2, 11)
    await tell(house, case.borrower_id, inconvenient=[], stopped_channels=["voice"])
    assert rules(await house.ask(case, "stopped-calls")) == ["PREF-02"]
    assert rules(await house.ask(case, "texts-go-on", channel="sms")) == []
    another = await house.triaged("asks-2", borrower="asks")
    assert rules(await house.ask(another, "over-all-cases")) == ["PREF-02"]


@pytest.mark.rule("CN-01", "CN-02")
async def test_hours_and_calls_that_were_agreed_to_are_allowed_until_that_is_revoked(house: House) -> None:
    house.clock.move_to(at(3, 22, minute=30))
    case = await house.triaged("agrees")
    assert rules(await house.ask(case, "late")) == ["CN-01"]
    consent = await agree(house, case, "hours", start="22:00:00", end="23:00:00")
    assert rules(await house.ask(case, "late-agreed")) == []
    await write(house, "UPDATE consent SET revoked_at = now() WHERE consent_id = :id", id=consent)
    assert rules(await house.ask(case, "late-revoked")) == ["CN-01"]


@pytest.mark.rule("US-08")
async def test_who_has_an_attorney_for_a_debt_is_not_called_about_that_one(house: House) -> None:
    house.clock.move_to(at(2, 12, NEW_YORK))
    case, other = await american(house, "attorney"), await american(house, "attorney-2")
    row = {
        "representative_id": business_uuid("representative", "a"), "borrower_id": case.borrower_id,
        "case_id": case.case_id, "kind": "attorney", "name": "A", "agrees_to_contact": False,
        "since": house.clock.now(), "recorded_by": "agent-1", "version": 1, "asked_on": date(2026, 2, 20),
    }  # fmt: skip
    async with house.database.read() as session:
        await people.put_representative(session, row)
        await session.commit()
    answer = await house.ask(case, "represented")
    assert rules(answer) == ["US-08"]
    assert datetime.fromisoformat(answer.json()["earliest"]) == datetime(2026, 3, 23, 8, tzinfo=ZoneInfo(NEW_YORK))
    assert rules(await house.ask(other, "another-debt")) == []


@pytest.mark.rule("US-09", "US-25")
async def test_nobody_is_called_at_work_who_may_not_be(house: House) -> None:
    house.clock.move_to(at(2, 12, NEW_YORK))
    case = await american(house, "work")
    await write(house, "UPDATE number SET place = 'work' WHERE borrower_id = :id", id=case.borrower_id)
    assert rules(await house.ask(case, "at-work")) == []
    await tell(house, case.borrower_id, work_forbidden=True)
    house.clock.advance(timedelta(hours=2))
    assert rules(await house.ask(case, "at-work-forbidden")) == ["US-09"]


@pytest.mark.rule("US-12", "US-13")
async def test_a_text_in_the_united_states_needs_a_number_that_is_fresh(house: House) -> None:
    house.clock.move_to(at(2, 12, NEW_YORK))
    case = await american(house, "fresh")
    assert rules(await house.ask(case, "never-confirmed", channel="sms")) == ["US-13"]
    await agree(house, case, "channel", channel="sms")
    assert rules(await house.ask(case, "agreed", channel="sms")) == []
    house.clock.move_to(at(2, 12, NEW_YORK) + timedelta(days=61))
    assert rules(await house.ask(case, "too-long-ago", channel="sms")) == ["US-13"]
    assert (
        await house.webhook("fresh-reply", reply_of("fresh-1", "hello", in_new_york("fresh"), house.clock.now()))
    ).status_code == 200
    assert rules(await house.ask(case, "wrote-again", channel="sms")) == []
    confirmed = "SELECT confirmed_on FROM number WHERE borrower_id = :id AND channel = 'sms'"
    assert await house.scalar(confirmed, id=case.borrower_id) == date(2026, 5, 2)


@pytest.mark.rule("US-07")
async def test_calls_to_a_number_that_was_somebody_elses_do_not_count(house: House) -> None:
    house.clock.move_to(at(2, 9, NEW_YORK))
    case = await american(house, "wrong")
    for number in range(2):
        await vain_call(house, case, f"wrong-{number}")
        house.clock.advance(timedelta(hours=3))
    assert rules(await house.ask(case, "third-today")) == ["US-04"]
    barred = "UPDATE number SET barred_at = now(), barred_for = 'wrong_number' WHERE borrower_id = :id"
    await write(house, barred, id=case.borrower_id)
    house.intake.phones[case.case_id] = "+12125550143"
    await house.cases.numbers.learn(RoundInput(case_id=case.case_id, round=1))
    assert rules(await house.ask(case, "right-number")) == []


@pytest.mark.rule("US-05")
async def test_a_conversation_that_the_borrower_began_starts_the_wait_that_a_consent_ends(house: House) -> None:
    house.clock.move_to(at(9, 12, NEW_YORK))
    case = await american(house, "began")
    assert (await house.call(case, "began-spoke", permit_id=None)).status_code == 201
    house.clock.advance(timedelta(days=1))
    answer = await house.ask(case, "too-soon")
    assert rules(answer) == ["US-05"]
    assert datetime.fromisoformat(answer.json()["earliest"]) == at(16, 8, NEW_YORK)
    await agree(house, case, "call_back", at="2026-03-11T12:00:00-04:00")
    answer = await house.ask(case, "not-at-that-hour")
    assert rules(answer) == ["US-05"], "the consent is to a call at noon tomorrow"
    assert datetime.fromisoformat(answer.json()["earliest"]) == at(11, 11, NEW_YORK, 50)
    house.clock.move_to(at(11, 12, NEW_YORK))
    assert rules(await house.ask(case, "agreed-to-be-called")) == []


@pytest.mark.rule("UK-05", "UK-07")
async def test_the_product_says_how_strong_a_rule_is_and_care_keeps_visits_away(house: House) -> None:
    house.clock.move_to(at(2, 22, "Europe/London"))
    of: dict[str, Any] = {"pack": "uk", "language": "en", "time_zones": ("Europe/London",)}
    home = await house.triaged("home", product="mortgage", **of)
    card = await house.triaged("card", product="credit_card", **of)
    strong, weak = await house.ask(home, "mortgage-late"), await house.ask(card, "card-late")
    assert rules(strong) == rules(weak) == ["UK-05"]
    assert (strong.json()["may_be_overridden"], weak.json()["may_be_overridden"]) == (False, True)
    await tell(house, card.borrower_id, care=["no_visits"])
    visit = {"channel": "visit", "visit": {"staff": ["agent-1", "agent-2"], "notice_on": "2026-02-20"}}
    refused = await house.ask(card, "visit-uk", "supervisor", **visit)
    assert "UK-07" in rules(refused)
    kept = await house.scalar("SELECT facts::text FROM permit WHERE permit_id = :id", id=refused.json()["permit_id"])
    assert "no_visits" in str(kept)


@pytest.mark.rule("US-03")
async def test_in_a_time_a_person_asked_to_be_spared_one_reply_goes_out(house: House) -> None:
    house.clock.move_to(at(2, 12, NEW_YORK))
    case = await american(house, "one-reply")
    await agree(house, case, "channel", channel="sms")
    await tell(house, case.borrower_id, inconvenient=[{"hours": {"start": "09:00:00", "end": "17:00:00"}}])
    assert (
        await house.webhook("one-reply", reply_of("one-1", "later?", in_new_york("one-reply"), house.clock.now()))
    ).status_code == 200
    # Two permits of a minute each, one after another: the first counts as the one reply while it may be used.
    asked = {"channel": "sms", "message_class": "reply"}
    assert rules(await house.ask(case, "first-reply", **asked)) == []
    assert rules(await house.ask(case, "second-reply", **asked)) == ["US-03"]
    assert rules(await house.ask(case, "a-demand", channel="sms")) == ["US-03"]


@pytest.mark.rule("US-12", "US-13")
async def test_a_message_to_a_borrower_in_the_united_states_really_goes_out(house: House) -> None:
    house.clock.move_to(at(2, 12, NEW_YORK))
    case = await american(house, "goes-out")
    offer = offer_of(case)
    assert (await house.deliver(offer)).outcome == "refused", "nobody has confirmed the number"
    other = await american(house, "goes-out-2")
    await agree(house, other, "channel", channel="sms")
    assert (await house.deliver(offer_of(other))).outcome == "sent"
    message = await house.message(message_id_of(offer_of(other)))
    assert (message.channel, message.language) == ("sms", "en") and "STOP" in str(message.text)
    verdicts = "SELECT jsonb_path_query_array(verdicts, '$[*].rule') FROM permit WHERE case_id = :id"
    asked = await house.scalar(verdicts, id=other.case_id)
    assert {"US-01", "US-12", "US-13", "US-22"} <= set(asked)


@pytest.mark.rule("US-14")
async def test_an_address_that_was_handed_over_is_used_after_a_notice(house: House) -> None:
    house.clock.move_to(at(2, 12, NEW_YORK))
    case = await american(house, "handed-over")
    value = {"value": "reader@example.com", "digest": "d-handed-over", "provenance": "contract", "channel": "email"}
    row = value | {
        "number_id": business_uuid("number", "handed-over"), "borrower_id": case.borrower_id, "verified": False,
        "learned_at": house.clock.now(), "handed_over": True, "notice_on": date(2026, 2, 20),
    }  # fmt: skip
    async with house.database.read() as session:
        await numbers.add_number(session, row)
        await session.commit()
    answer = await house.ask(case, "handed-over", channel="email")
    assert rules(answer) == ["US-14"]
    assert datetime.fromisoformat(answer.json()["earliest"]) == datetime(2026, 3, 28, 8, tzinfo=ZoneInfo(NEW_YORK))


async def test_all_that_is_known_costs_a_message_no_further_statement(house: House) -> None:
    case = await house.triaged("seven")
    await agree(house, case, "hours", start="20:00:00", end="21:00:00")
    await tell(house, case.borrower_id, stopped_channels=["voice"], care=["no_visits"])
    before = house.database.statements
    assert (await house.deliver(offer_of(case))).outcome == "sent"
    assert house.database.statements - before == 7
