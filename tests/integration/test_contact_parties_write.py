"""What joint debtors and guarantors write: seen by staff, answered like a borrower's, and held for nobody else."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from services.common.contracts.events.cases import CaseTriaged
from services.common.contracts.events.contacts import StopHeard
from services.common.contracts.workflows import PartyInput
from tests.contract.problem_answers import assert_problem
from tests.databases import FreshDatabase
from tests.integration.contact_facts import phone_of, reply_of
from tests.integration.contact_house import House
from tests.integration.contact_people import party
from tests.integration.contact_talks import tasks

THEIRS = "+8613900139555"
DEMANDS = {"demand_call", "demand_message", "visit"}


@pytest_asyncio.fixture
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("contact"))
    yield made
    await made.close()


async def joint(house: House, case: CaseTriaged, name: str = "jo", number: str = THEIRS) -> str:
    """A joint debtor of a case whose number is known."""
    person = await party(house, case, name)
    house.intake.further[UUID(person)] = {"phone": number}
    await house.cases.numbers.learn_party(PartyInput(case_id=case.case_id, party_id=UUID(person)))
    return person


async def writes(house: House, key: str, words: str, number: str = THEIRS) -> str:
    answer = await house.webhook(key, reply_of(key, words, number, house.clock.now()))
    assert answer.status_code == 200, answer.text
    return str(answer.json()["effect"])


async def holds(house: House, person: str) -> list[list[Any]]:
    found: list[list[Any]] | None = await house.scalar(
        "SELECT json_agg(json_build_array(origin, blocks) ORDER BY origin, ends_at NULLS FIRST) FROM hold "
        "WHERE borrower_id = :person",
        person=person,
    )
    return found or []


async def asked(house: House, case: CaseTriaged, key: str, **changes: Any) -> dict[str, Any]:
    answer: dict[str, Any] = (await house.ask(case, key, **changes)).json()
    return answer


@pytest.mark.practice("003-07")
async def test_what_another_debtor_writes_is_seen_by_staff_and_engages_the_case(house: House) -> None:
    case = await house.triaged("written")
    person = await joint(house, case)
    assert (await house.look(case)).outcome == "wait"
    assert await writes(house, "w-1", "我是共同借款人，可以分期吗？") == "recorded"
    # The same event as of a borrower's reply, so intake asks an agent for the same.
    assert await house.events(case) == ["contact.planned", "contact.inbound_recorded"]
    assert (await house.look(case)).outcome == "engaged"
    (shown,) = (await house.get(f"/v1/cases/{case.case_id}/contact")).json()["replies"]
    assert (shown["person_id"], shown["channel"], shown["opt_out"]) == (person, "sms", False)


@pytest.mark.practice("003-07")
async def test_the_words_stand_in_the_log_of_who_wrote_them_and_in_no_other(house: House) -> None:
    case = await house.triaged("logged")
    person = await joint(house, case)
    await writes(house, "l-1", "这是我写的")
    path = f"/v1/cases/{case.case_id}/contact-log"
    (line,) = (await house.get(f"{path}?party_id={person}")).json()["items"]
    assert (line["kind"], line["words"]) == ("reply", "这是我写的")
    assert (await house.get(path)).json()["items"] == [], "nothing of another debtor is in the borrower's copy"
    reading = "SELECT count(*) FROM audit_entry WHERE action = 'contact_log.read' AND subject = :who"
    assert await house.scalar(reading, who=f"borrower/{person}") == 1
    nobody = f"{path}?party_id=00000000-0000-0000-0000-000000000001"
    assert_problem(await house.get(nobody), 404, "party-unknown")


@pytest.mark.rule("US-11")
async def test_another_debtor_who_opts_out_is_held_and_the_borrower_is_not(house: House) -> None:
    case = await house.triaged("stops")
    person = await joint(house, case)
    assert await writes(house, "s-1", "退订") == "opt_out"
    assert [(origin, set(blocks)) for origin, blocks in await holds(house, person)] == [("opt_out", DEMANDS)]
    assert await holds(house, str(case.borrower_id)) == []
    ((name, body),) = await house.outbox(case, "event")
    assert (name, body["borrower_id"]) == (StopHeard.type, person)
    theirs = await asked(house, case, "theirs", party_id=person, channel="sms", purpose="offer")
    assert {"HOLD-01", "NUM-01"} <= set(theirs["rules"])
    assert (await asked(house, case, "borrower"))["verdict"] == "permitted"
    assert (await asked(house, case, "borrower-sms", channel="sms", purpose="offer"))["verdict"] == "permitted"
    # A message about the case goes to its borrower: who opted out gets no confirmation that somebody else would read.
    confirmed = [body for _, body in await house.outbox(case, "start") if body.get("purpose") == "opt_out_confirmation"]
    assert confirmed == []
    assert (await house.look(case)).outcome == "wait", "the borrower's round goes on"


async def test_an_address_that_two_debtors_share_is_barred_for_both_and_each_is_held(house: House) -> None:
    case = await house.triaged("shared")
    shared = phone_of(case)
    person = await joint(house, case, number=shared)
    assert await writes(house, "sh-1", "STOP", shared) == "opt_out"
    for one in (person, str(case.borrower_id)):
        assert [origin for origin, _ in await holds(house, one)] == ["opt_out"]
    assert await house.scalar("SELECT count(*) FROM number WHERE barred_for = 'opted_out'") == 2
    # Of two who share a number nobody knows which one wrote, and the case is told once.
    assert await writes(house, "sh-2", "好的", shared) == "recorded"
    assert (await house.events(case)).count("contact.inbound_recorded") == 1
    assert await house.scalar("SELECT count(*) FROM inbound WHERE borrower_id IS NULL") == 2


@pytest.mark.practice("001-12")
async def test_words_of_self_harm_of_another_debtor_protect_that_person(house: House) -> None:
    case = await house.triaged("harm")
    person = await joint(house, case)
    assert await writes(house, "h-1", "我真的不想活了") == "recorded"
    assert [origin for origin, _ in await holds(house, person)] == ["distress", "distress"]
    assert await holds(house, str(case.borrower_id)) == []
    wanted = await tasks(house, case)
    assert set(wanted) == {"distress", "distress_review"}
    assert {one["reason"] for one in wanted.values()} == {"SAFETY"}
    assert await house.scalar("SELECT array_agg(DISTINCT borrower_id::text) FROM duty") == [person]
    assert "HOLD-01" in (await asked(house, case, "theirs", party_id=person))["rules"]
    assert (await asked(house, case, "borrowers"))["verdict"] == "permitted"


async def test_who_owes_in_two_cases_is_heard_in_both_and_ends_only_their_own_quiet_period(house: House) -> None:
    own, other = await house.triaged("own", borrower="jo"), await house.triaged("other")
    person = str(own.borrower_id)
    assert await party(house, other, "jo") == person
    number = phone_of(own)
    house.clock.advance(timedelta(minutes=1))
    assert await writes(house, "two-1", "你好", number) == "recorded"
    for case in (own, other):
        assert "contact.inbound_recorded" in await house.events(case)
        (shown,) = (await house.get(f"/v1/cases/{case.case_id}/contact")).json()["replies"]
        assert shown["person_id"] == person
