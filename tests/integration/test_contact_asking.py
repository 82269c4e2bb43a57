"""Asking about more than the borrower: parties, third parties, visits, agencies; and what the answers say."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from services.common.contracts.events.cases import CaseTriaged
from services.common.contracts.workflows import RoundInput
from services.common.kernel.ids import business_uuid
from services.contact.repository import numbers, people
from tests.databases import FreshDatabase
from tests.integration.contact_house import House
from tests.integration.contact_knowing import agree, american, at, rules, vain_call

VISIT = {"channel": "visit", "visit": {"staff": ["agent-1", "agent-2"]}}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def url(fresh_database: FreshDatabase) -> str:
    return await fresh_database("contact")


@pytest_asyncio.fixture(loop_scope="session")
async def house(url: str) -> AsyncIterator[House]:
    made = House(url)
    yield made
    await made.close()


async def party_of(house: House, case: CaseTriaged, name: str) -> UUID:
    """A joint debtor of a case with a number of their own."""
    person_id = business_uuid("borrower", name)
    async with house.database.read() as session:
        await people.put_party(session, case.case_id, person_id, "joint_debtor")
        for channel in ("voice", "sms"):
            await numbers.add_number(session, number_of(house, person_id, channel, "+8613900000001"))
        await session.commit()
    return person_id


def number_of(house: House, person_id: UUID, channel: str, value: str) -> dict[str, Any]:
    digest = house.cases.numbers.digest(value)
    return {
        "number_id": business_uuid("number", str(person_id), channel, digest), "borrower_id": person_id,
        "channel": channel, "value": value, "digest": digest, "provenance": "contract", "verified": False,
        "learned_at": house.clock.now(),
    }  # fmt: skip


async def friend_of(house: House, case: CaseTriaged, name: str, number: str = "+8613900000077") -> dict[str, str]:
    """Somebody who may know where the borrower is, as one is asked about."""
    third_party_id = business_uuid("third_party", name)
    row = {
        "third_party_id": third_party_id, "case_id": case.case_id, "borrower_id": case.borrower_id, "role": "friend",
        "number": number, "digest": house.cases.numbers.digest(number), "provenance": "reserved_contact",
        "added_at": house.clock.now(), "added_by": "agent-1", "volunteers": False, "version": 1,
    }  # fmt: skip
    async with house.database.read() as session:
        await people.put_third_party(session, row)
        await session.commit()
    return {"third_party_id": str(third_party_id), "reason": "lost_contact", "content": "ask_contact_details"}


async def visited(house: House, case: CaseTriaged) -> None:
    async with house.database.read() as session:
        await numbers.add_number(session, number_of(house, case.borrower_id, "visit", "1 Long Road"))
        await session.commit()


@pytest.mark.rule("CN-03")
async def test_a_joint_debtor_has_counts_and_holds_of_their_own(house: House) -> None:
    case = await house.triaged("joint")
    person = await party_of(house, case, "joint-party")
    for number in range(3):
        assert rules(await house.ask(case, f"joint-{number}")) == []
    assert rules(await house.ask(case, "joint-borrower")) == ["CN-03"]
    answer = await house.ask(case, "joint-party", party_id=str(person))
    assert rules(answer) == []
    await house.hold(case, "demand_call")
    assert rules(await house.ask(case, "joint-party-2", party_id=str(person))) == [], "a hold is on one person"
    kept = await house.scalar("SELECT borrower_id FROM permit WHERE permit_id = :id", id=answer.json()["permit_id"])
    assert kept == person
    stranger = await house.ask(case, "joint-stranger", party_id=str(business_uuid("borrower", "nobody")))
    assert (stranger.status_code, stranger.json()["type"].rpartition("/")[2]) == (404, "party-unknown")


@pytest.mark.rule("CN-04", "CN-05", "CN-06")
async def test_a_third_party_is_asked_when_the_debtor_is_lost_and_left_alone_after_refusing(house: House) -> None:
    case = await house.triaged("lost")
    friend = await friend_of(house, case, "lost-friend")
    house.clock.move_to(at(2, 11))
    assert rules(await house.ask(case, "lost-early", third_party=friend)) == ["CN-05"]
    for number in range(3):
        await vain_call(house, case, f"lost-{number}")
    answer = await house.ask(case, "lost-today", third_party=friend)
    assert rules(answer) == ["CN-05"] and datetime.fromisoformat(answer.json()["earliest"]) == at(3, 8)
    house.clock.move_to(at(3, 8))
    await house.beat()
    assert rules(await house.ask(case, "lost-content", third_party=friend | {"content": "debt"})) == ["CN-06"]
    await vain_call(house, case, "lost-refused", "THIRD_PARTY_REFUSED", third_party=friend)
    assert rules(await house.ask(case, "lost-again", third_party=friend)) == ["CN-04"]
    another = await friend_of(house, case, "lost-other", "+8613900000078")
    assert rules(await house.ask(case, "lost-another", third_party=another)) == []


@pytest.mark.rule("US-16")
async def test_a_third_party_in_two_cases_is_one_person_who_is_asked_once(house: House) -> None:
    one, two = await american(house, "once-1"), await american(house, "once-2", "once-1")
    house.clock.move_to(at(2, 23))
    friends = [await friend_of(house, case, f"once-{case.account_ref}", "+12125550177") for case in (one, two)]
    assert rules(await house.ask(one, "once-first", third_party=friends[0])) == []
    assert rules(await house.ask(two, "once-second", third_party=friends[1])) == ["US-16"]
    house.clock.advance(timedelta(minutes=16))
    await vain_call(house, two, "once-told", "THIRD_PARTY_MESSAGE", third_party=friends[1])
    house.clock.move_to(at(2, 23) + timedelta(days=90))
    await house.beat()
    assert rules(await house.ask(one, "once-late", third_party=friends[0])) == ["US-16"]


@pytest.mark.rule("CN-08")
@pytest.mark.practice("003-02")
async def test_two_people_visit_with_the_permission_of_a_supervisor(house: House) -> None:
    case = await house.triaged("visit")
    await visited(house, case)
    assert (await house.ask(case, "visit-agent", **VISIT)).status_code == 403
    answer = await house.ask(case, "visit-two", "supervisor", **VISIT)
    assert rules(answer) == []
    staff = "SELECT asked -> 'staff' FROM permit WHERE permit_id = :id"
    assert await house.scalar(staff, id=answer.json()["permit_id"]) == ["agent-1", "agent-2"]
    alone = VISIT | {"visit": {"staff": ["agent-1"]}}
    assert rules(await house.ask(case, "visit-alone", "supervisor", **alone)) == ["CN-08"]
    enters = VISIT | {"visit": {"staff": ["agent-1", "agent-2"], "enters": True}}
    assert rules(await house.ask(case, "visit-enters", "supervisor", **enters)) == ["CN-08"]
    await agree(house, case, "visit_entry")
    assert rules(await house.ask(case, "visit-may-enter", "supervisor", **enters)) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"channel": "visit"}, "#/visit"),
        ({"visit": VISIT["visit"]}, "#/visit"),
        (VISIT | {"visit": {"staff": ["agent-1", "agent-1"]}}, "#/visit"),
        ({"channel": "sms", "voicemail": ["number"]}, "#/voicemail"),
        ({"message_class": "reply"}, "#/callback"),
        ({"message_class": "statutory_notice"}, "#/message_class"),
        (VISIT | {"message_class": "statutory_notice"}, "#/message_class"),
        ({"channel": "sms", "callback": str(business_uuid("consent", "x"))}, "#/callback"),
    ],
)
async def test_what_does_not_fit_together_is_named(house: House, changes: dict[str, Any], field: str) -> None:
    name = f"unfit-{field}-{'-'.join(sorted(changes))}"
    case = await house.triaged(name)
    answer = await house.ask(case, name, "supervisor", **changes)
    assert answer.status_code == 422, answer.text
    assert [one["pointer"] for one in answer.json()["errors"]] == [field]


@pytest.mark.rule("US-15")
async def test_a_voicemail_says_the_few_things_it_may(house: House) -> None:
    case = await american(house, "voicemail")
    house.clock.move_to(at(2, 23))
    few = ["neutral_business_name", "request_to_reply", "contact_person", "number"]
    assert rules(await house.ask(case, "voicemail-few", voicemail=few)) == []
    house.clock.advance(timedelta(hours=2))
    assert rules(await house.ask(case, "voicemail-more", voicemail=[*few, "amount"])) == ["US-15"]


async def test_a_call_that_the_person_asked_for_is_a_reply_and_passes_a_hold(house: House) -> None:
    case = await house.triaged("callback")
    await house.hold(case, "demand_call")
    assert rules(await house.ask(case, "callback-demand")) == ["HOLD-01"]
    consent = await agree(house, case, "call_back", at=house.clock.now().isoformat())
    asked = {"message_class": "reply", "callback": str(consent)}
    assert rules(await house.ask(case, "callback-agreed", **asked)) == []
    other = await house.triaged("callback-other")
    assert (await house.ask(other, "callback-not-theirs", **asked)).status_code == 404
    # The call that was agreed was made: the next one is a demand again, and the hold stands.
    house.clock.advance(timedelta(minutes=30))
    permit = (await house.ask(case, "callback-made", **asked)).json()["permit_id"]
    assert (await house.call(case, "callback-spoken", permit_id=permit)).status_code == 201
    assert (await house.ask(case, "callback-used", **asked)).status_code == 404


@pytest.mark.rule("CN-03", "US-00")
async def test_an_agency_asks_first_and_shares_the_count(house: House) -> None:
    case = await house.triaged("agency")
    for number in range(2):
        assert rules(await house.ask(case, f"agency-{number}")) == []
    for key, found in (("agency-asks", []), ("agency-again", ["CN-03"])):
        assert rules(await house.ask_as("svc-agency", case, key, "system", actor="agency")) == found
    assert (await house.ask(case, "agent-as-agency", actor="agency")).status_code == 403


@pytest.mark.rule("CN-01", "PACK-01")
async def test_answers_and_the_view_say_it_in_both_languages_for_every_way(house: House) -> None:
    case = await house.triaged("said")
    house.clock.move_to(at(2, 23))
    answer = (await house.ask(case, "said-night")).json()
    assert answer["said"]["zh"].startswith("不得联系。CN-01") and "08:00" in answer["said"]["en"]
    refused = next(one for one in answer["verdicts"] if one["rule"] == "CN-01")
    assert refused["sentence_zh"] and refused["reason_zh"] and not refused["warns"]
    await house.cases.numbers.learn(RoundInput(case_id=case.case_id, round=1))
    view = (await house.get(f"/v1/cases/{case.case_id}/contact")).json()
    states = {one["channel"]: one for one in view["channels"]}
    assert set(states) == {"voice", "sms", "email", "push", "letter", "portal", "visit"}
    assert states["sms"]["rules"] == ["CN-01"] and datetime.fromisoformat(states["sms"]["earliest"]) == at(3, 8)
    assert all(one["said"]["zh"] and one["said"]["en"] for one in states.values())
