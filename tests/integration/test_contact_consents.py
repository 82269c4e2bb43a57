"""Consents: who, when, for what, and taken back at once."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import insert

from services.common.runtime.caller import Caller
from services.contact.models import Conversation
from services.contact.schemas.consents import ConsentKind
from services.contact.service.people.consents import consent_here
from tests.contract.problem_answers import assert_problem
from tests.databases import FreshDatabase
from tests.integration.contact_house import House
from tests.integration.contact_people import listed, party, places, tell

AUDITED = "SELECT count(*) FROM audit_entry WHERE action = :action"
HOURS = {"kind": "hours", "hours": {"start": "22:00", "end": "24:00"}}


@pytest_asyncio.fixture(loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("contact"))
    yield made
    await made.close()


@pytest.mark.rule("CN-01")
async def test_a_consent_to_hours_says_who_when_and_which_and_is_taken_back(house: House) -> None:
    case, other = await house.triaged("agrees", "ann"), await house.triaged("agrees-too", "ann")
    given = (house.clock.now() - timedelta(days=1)).isoformat()
    kept = await tell(house, case, "consents", "k-1", given_at=given, **HOURS)
    assert kept.status_code == 201
    consent = kept.json()
    assert consent["hours"] == {"start": "22:00", "end": "24:00"}
    assert (consent["recorded_by"], consent["person_id"]) == ("a-1", str(case.borrower_id))
    assert consent["given_at"] == given.replace("+00:00", "Z") and consent["in_force"]
    assert await listed(house, other, "consents") == [consent], "it is the person's, whichever case is looked at"
    revocation = f"/v1/consents/{consent['consent_id']}/revocation"
    revoked = (await house.post(revocation, None, "r-1")).json()
    assert revoked["revoked_at"] and not revoked["in_force"]
    assert (await house.post(revocation, None, "r-2")).json() == revoked, "again is the same"
    assert await house.scalar(AUDITED, action="consent.revoked") == 1
    assert [one["in_force"] for one in await listed(house, case, "consents")] == [False], "kept, for what was done"


async def test_a_repeat_is_answered_as_the_first_was(house: House) -> None:
    case = await house.triaged("repeats")
    first, second = [await tell(house, case, "consents", "same", kind="more_calls") for _ in range(2)]
    assert first.json() == second.json() and second.headers["idempotency-replayed"] == "true"
    assert await house.scalar("SELECT count(*) FROM consent") == 1
    other = await tell(house, case, "consents", "same", kind="visit_entry")
    assert_problem(other, 422, "idempotency-key-reused")


@pytest.mark.rule("US-05")
async def test_the_next_conversation_ends_a_call_back(house: House) -> None:
    case = await house.triaged("calls-back")
    monday = (house.clock.now() + timedelta(days=2)).isoformat()
    kept = (await tell(house, case, "consents", "k-1", kind="call_back", call_back_at=monday)).json()
    assert kept["in_force"] and kept["call_back_at"] == monday.replace("+00:00", "Z")
    house.clock.advance(timedelta(hours=1))
    async with house.database.write(Caller.service("contact", "talk")) as uow:
        await _talk(uow.session, case, uow.now())
    (found,) = await listed(house, case, "consents")
    assert not found["in_force"] and found["revoked_at"] is None


async def _talk(session: Any, case: Any, at: Any) -> None:
    """A conversation as it is kept, with what this test needs of it."""
    values = {
        "conversation_id": case.case_id,
        "case_id": case.case_id,
        "borrower_id": case.borrower_id,
        "channel": "voice",
        "outcome": "RPC_PTP",
        "party_verified": True,
        "round": 1,
        "recorded_by": "a-1",
        "at": at,
    }
    await session.execute(insert(Conversation).values(**values))


async def test_a_conversation_keeps_each_kind_once_in_its_own_transaction(house: House) -> None:
    case = await house.triaged("in-talk")
    for _ in range(2):
        async with house.database.write(Caller.service("contact", "talk")) as uow:
            await consent_here(
                uow,
                case_id=case.case_id,
                borrower_id=case.borrower_id,
                kind=ConsentKind.CHANNEL,
                details={"channel": "sms"},
                conversation_id=case.case_id,
            )
    (found,) = await listed(house, case, "consents")
    assert (found["channel"], found["conversation_id"]) == ("sms", str(case.case_id))


async def test_two_consents_of_one_conversation_are_two(house: House) -> None:
    case = await house.triaged("two-hours")
    async with house.database.write(Caller.service("contact", "talk")) as uow:
        await _talk(uow.session, case, uow.now())
    for key, start in (("k-1", "20:00"), ("k-2", "21:00")):
        hours = {"start": start, "end": "22:00"}
        talk = str(case.case_id)
        kept = await tell(house, case, "consents", key, kind="hours", hours=hours, conversation_id=talk)
        assert kept.json()["hours"] == hours
    assert len(await listed(house, case, "consents")) == 2
    assert await house.scalar(AUDITED, action="consent.recorded") == 2


async def test_a_joint_debtor_consents_alone(house: House) -> None:
    case = await house.triaged("joint")
    joint = await party(house, case, "jo")
    kept = await tell(house, case, "consents", "k-1", kind="channel", channel="sms", party_id=joint)
    assert kept.json()["person_id"] == joint
    assert await listed(house, case, "consents") == []
    assert len(await listed(house, case, f"consents?party_id={joint}")) == 1
    stranger = await tell(house, case, "consents", "k-2", kind="more_calls", party_id=str(case.case_id))
    assert_problem(stranger, 404, "party-unknown")


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"kind": "hours"}, ["#/hours"]),
        ({"kind": "call_back"}, ["#/call_back_at"]),
        ({"kind": "call_back", "call_back_at": "2026-03-01T00:00:00Z"}, ["#/call_back_at"]),
        ({"kind": "channel", "hours": {"start": "08:00", "end": "09:00"}}, ["#/hours", "#/channel"]),
        ({"kind": "more_calls", "channel": "sms"}, ["#/channel"]),
        ({"kind": "more_calls", "given_at": "2026-03-05T00:00:00Z"}, ["#/given_at"]),
        ({"kind": "hours", "hours": {"start": "23:00", "end": "01:00"}}, ["#/hours/end"]),
        ({"kind": "channel", "channel": "pigeon"}, ["#/channel"]),
        ({"kind": "call_back", "call_back_at": "2026-03-09T10:00:00"}, ["#/call_back_at"]),
        ({"kind": "everything"}, ["#/kind"]),
    ],
)
async def test_what_does_not_belong_to_a_kind_is_refused_by_its_place(
    house: House, wrong: dict[str, Any], where: list[str]
) -> None:
    case = await house.triaged("wrong")
    refused = await tell(house, case, "consents", "k-1", **wrong)
    assert refused.status_code == 422 and places(refused.json()) == where
    assert await house.scalar("SELECT count(*) FROM consent") == 0


async def test_who_may_not_and_what_is_not_there(house: House) -> None:
    case = await house.triaged("forbidden")
    path = f"/v1/cases/{case.case_id}/consents"
    assert_problem(await house.post(path, {"kind": "more_calls"}, "k-1", "risk"), 403, "forbidden")
    nothing = "/v1/consents/00000000-0000-0000-0000-000000000001/revocation"
    assert_problem(await house.post(nothing, None, "k-2"), 404, "consent-unknown")


@pytest.mark.rule("US-05")
async def test_a_call_back_agreed_in_a_talk_is_not_ended_by_that_talk(house: House) -> None:
    """Whatever hour of giving it was written down: it came with the conversation, so only another one ends it."""
    case = await house.triaged("same-talk")
    house.clock.advance(timedelta(hours=1))
    async with house.database.write(Caller.service("contact", "talk")) as uow:
        await _talk(uow.session, case, uow.now())
    before = (house.clock.now() - timedelta(minutes=30)).isoformat()
    monday, talk = (house.clock.now() + timedelta(days=2)).isoformat(), str(case.case_id)
    asked = {"call_back_at": monday, "given_at": before, "conversation_id": talk}
    assert (await tell(house, case, "consents", "k-1", kind="call_back", **asked)).json()["in_force"]
    (found,) = await listed(house, case, "consents")
    assert found["in_force"] and found["conversation_id"] == talk
