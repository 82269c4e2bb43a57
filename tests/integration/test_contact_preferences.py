"""Preferences of a person: asked once, kept over all cases, with what was there before."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select
from sqlmodel import col

from services.common.contracts.events.cases import CaseClosed
from services.contact.models import PersonFact
from tests.contract.edge import CANARY
from tests.contract.problem_answers import assert_problem
from tests.databases import FreshDatabase
from tests.integration.contact_facts import offer_of
from tests.integration.contact_house import House
from tests.integration.contact_people import party, places, put

SCHOOL = {"hours": {"start": "15:00", "end": "17:00"}, "weekdays": [5, 1, 1, 2, 3, 4]}
ASKED: dict[str, Any] = {
    "language": "en",
    "interpreter": "yue",
    "preferred_channel": "sms",
    "stopped_channels": ["voice", "voice"],
    "inconvenient": [SCHOOL, {"hours": {"start": "00:00", "end": "24:00"}, "weekdays": [6]}],
    "occasions": [{"occasion": "festival", "starts_on": "2026-03-20", "ends_on": "2026-03-20"}],
    "at_work": {"asked_on": "2026-03-01", "forbidden": False},
}


@pytest_asyncio.fixture(loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("contact"))
    yield made
    await made.close()


@pytest.mark.practice("004-10")
@pytest.mark.rule("US-03")
async def test_what_is_asked_for_is_kept_for_all_cases_of_the_borrower(house: House) -> None:
    case, other = await house.triaged("asks", "ann"), await house.triaged("asks-too", "ann")
    nothing = await house.get(f"/v1/cases/{case.case_id}/contact-preferences")
    assert nothing.headers["etag"] == '"1"' and nothing.json()["inconvenient"] == []
    kept = await put(house, case, 1, **ASKED)
    assert (kept.status_code, kept.headers["etag"]) == (200, '"2"')
    found = (await house.get(f"/v1/cases/{other.case_id}/contact-preferences")).json()
    assert found == kept.json()
    assert found["stopped_channels"] == ["voice"]
    assert found["inconvenient"][0] == {"hours": {"start": "15:00", "end": "17:00"}, "weekdays": [1, 2, 3, 4, 5]}
    assert found["inconvenient"][1]["hours"] == {"start": "00:00", "end": "24:00"}
    for one in (case, other):
        seen = (await house.get(f"/v1/cases/{one.case_id}/contact")).json()
        assert seen["language"] == "en" and seen["preferences"] == found, "who calls knows of the interpreter"
    again = await put(house, case, 2, **ASKED)
    assert again.headers["etag"] == '"2"', "the same wish is no change"


@pytest.mark.practice("004-10")
async def test_the_language_that_was_asked_for_outlives_what_intake_says(house: House) -> None:
    case = await house.triaged("speaks", "sue")
    await put(house, case, 1, language="en")
    await house.triaged("speaks", "sue", bucket="M2")
    third = await house.triaged("speaks-third", "sue")
    for one in (case, third):
        assert (await house.get(f"/v1/cases/{one.case_id}/contact")).json()["language"] == "en"
    assert (await house.deliver(offer_of(case))).outcome == "sent"
    assert [sent["text"].isascii() for sent in house.gateway.taken.values()] == [True]


@pytest.mark.practice("004-02")
async def test_each_change_keeps_the_old_value_its_source_and_its_time(house: House) -> None:
    case = await house.triaged("changes")
    await put(house, case, 1, interpreter="yue", at_work={"forbidden": True})
    await put(house, case, 2, interpreter="wuu", at_work={"forbidden": True}, source="letter")
    async with house.database.read() as session:
        facts = [fact.model_dump() for fact in (await session.execute(_ordered())).scalars()]
    kept = [(fact["field"], fact["old"], fact["source"]) for fact in facts]
    assert kept == [
        ("interpreter", "null", "conversation"),
        ("work_forbidden", "false", "conversation"),
        ("interpreter", '"yue"', "letter"),
    ]
    assert {fact["at"] for fact in facts} == {house.clock.now()} and {fact["recorded_by"] for fact in facts} == {"a-1"}
    raw = "SELECT old FROM person_fact WHERE source = 'letter'"
    assert "yue" not in await house.scalar(raw), "what people say of themselves is not kept in the open"
    audited = (
        "SELECT count(*) FROM audit_entry WHERE action = 'preferences.changed' AND before_hash <> after_hash"
        " AND subject = :subject"
    )
    assert await house.scalar(audited, subject=f"person/{case.borrower_id}") == 2


def _ordered() -> Any:
    return select(PersonFact).order_by(col(PersonFact.fact_id))


async def test_a_joint_debtor_has_preferences_of_their_own(house: House) -> None:
    case, stranger = await house.triaged("joint"), await house.triaged("stranger")
    joint = await party(house, case, "jo")
    kept = await put(house, case, 1, f"?party_id={joint}", stopped_channels=["sms"], language="en")
    assert kept.json()["person_id"] == joint
    theirs = await house.get(f"/v1/cases/{case.case_id}/contact-preferences?party_id={joint}")
    assert theirs.json()["stopped_channels"] == ["sms"]
    borrowers = await house.get(f"/v1/cases/{case.case_id}/contact-preferences")
    assert borrowers.json()["stopped_channels"] == []
    assert (await house.get(f"/v1/cases/{case.case_id}/contact")).json()["language"] == "zh"
    foreign = await house.get(f"/v1/cases/{stranger.case_id}/contact-preferences?party_id={joint}")
    assert_problem(foreign, 404, "party-unknown")


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"inconvenient": [{"hours": {"start": "17:00", "end": "15:00"}}]}, "#/inconvenient/0/hours/end"),
        ({"inconvenient": [{"hours": {"start": "25:00", "end": "26:00"}}]}, "#/inconvenient/0/hours/start"),
        ({"inconvenient": [{"hours": {"start": "09:00", "end": "10:00"}, "weekdays": [8]}]},
         "#/inconvenient/0/weekdays/0"),
        ({"inconvenient": [{"hours": {"start": "09:00", "end": "10:00"}, "zone": "X"}]}, "#/inconvenient/0/zone"),
        ({"occasions": [{"occasion": "festival", "starts_on": "2026-03-02", "ends_on": "2026-03-01"}]},
         "#/occasions/0/ends_on"),
        ({"stopped_channels": ["pigeon"]}, "#/stopped_channels/0"),
        ({"preferred_channel": "sms", "stopped_channels": ["sms"]}, "#/stopped_channels"),
        ({"language": "fr"}, "#/language"),
        ({"interpreter": CANARY}, "#/interpreter"),
        ({"at_work": {"asked_on": "2026-03-03"}}, "#/at_work/asked_on"),
        ({"source": "gossip"}, "#/source"),
    ],
)  # fmt: skip
async def test_what_cannot_be_is_refused_by_its_place(house: House, wrong: dict[str, Any], where: str) -> None:
    case = await house.triaged("wrong")
    refused = await put(house, case, 1, **wrong)
    assert where in places(assert_problem(refused, 422, refused.json()["type"].rpartition("/")[2]))
    assert await house.scalar("SELECT count(*) FROM person_fact") == 0


async def test_who_may_not_and_which_case_cannot(house: House) -> None:
    case, ended = await house.triaged("open"), await house.triaged("ended")
    path = f"/v1/cases/{case.case_id}/contact-preferences"
    assert (await house.get(path, "committee")).status_code == 200
    headers = house._headers(("committee",), "c-1") | {"if-match": '"1"', "content-type": "application/json"}
    refused = await house.client.put(path, headers=headers, content=b'{"source": "letter"}')
    assert_problem(refused, 403, "forbidden")
    unversioned = await house.client.put(path, headers=house._headers((), "a-1"), json={"source": "letter"})
    assert_problem(unversioned, 428, "precondition-required")
    assert_problem(await put(house, case, 7), 412, "stale-version")
    unknown = await house.get("/v1/cases/00000000-0000-0000-0000-000000000001/contact-preferences")
    assert_problem(unknown, 404, "case-unknown")
    closed = CaseClosed(case_id=ended.case_id, reason="CURED", closed_at=house.clock.now())
    assert await house.hear("intake", closed) == "applied"
    assert_problem(await put(house, ended, 1), 409, "case-closed")
    assert (await house.get(f"/v1/cases/{ended.case_id}/contact-preferences")).status_code == 200


async def test_of_ten_who_change_one_version_at_once_one_does(house: House) -> None:
    case = await house.triaged("raced")
    channels = ("voice", "sms", "email", "push", "letter")
    answers = await asyncio.gather(
        *(put(house, case, 1, stopped_channels=[channels[n % 5]], interpreter=f"a{chr(97 + n)}") for n in range(10))
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 9
    won = next(answer.json() for answer in answers if answer.status_code == 200)
    assert (await house.get(f"/v1/cases/{case.case_id}/contact-preferences")).json() == won
    assert await house.scalar("SELECT count(*) FROM person_fact") == 2
