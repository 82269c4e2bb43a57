"""The strategy at work: the way of each step reaches the gateway, and care, avoidance and refusals are kept."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from services.common.contracts.events.cases import CareChanged, CaseTriaged, NegotiationReopened
from services.common.contracts.workflows import DeliveryRequest, contact_workflow_id
from tests.databases import FreshDatabase
from tests.integration.contact_facts import case_of
from tests.integration.contact_house import House
from tests.integration.contact_people import put

REFUSED = {
    "outcome": "RPC_REFUSED_TALK",
    "party_verified": True,
    "summary": "does not want to talk",
    "read_back_confirmed": None,
    "cause": None,
    "own_words": None,
    "request": None,
}


@pytest_asyncio.fixture(loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("contact"))
    yield made
    await made.close()


async def reached(house: House, name: str, email: str | None = None, **changes: Any) -> CaseTriaged:
    """A case of a borrower with a mobile number, and an e-mail address if one is given."""
    if email is not None:
        house.intake.further[case_of(name).case_id] = {"email": email}
    return await house.triaged(name, **changes)


async def step(house: House, case: CaseTriaged, round_: int = 1) -> Any:
    """Take what is due, send it, and let time pass until the next step is due; the step as it is shown."""
    assert (await house.look(case, round_)).outcome == "wait"
    await house.carry(case)
    taken = (await steps(house, case))[0]
    house.clock.move_to((await house.obligations(case))["reply"])
    await house.beat()
    return taken


async def steps(house: House, case: CaseTriaged) -> list[Any]:
    """The steps of a case, the newest first."""
    found: list[Any] = (await house.get(f"/v1/cases/{case.case_id}/contact")).json()["steps"]
    return found


async def sent_by(house: House, case: CaseTriaged) -> list[tuple[str, str]]:
    """Purposes and channels of what went out, the oldest first."""
    found = (await house.get(f"/v1/cases/{case.case_id}/contact")).json()["messages"]
    gone = [one for one in found if one["state"] in ("sent", "delivered")]
    return [(one["purpose"], one["channel"]) for one in sorted(gone, key=lambda one: one["sent_at"])]


async def vain(house: House, case: CaseTriaged, key: str) -> None:
    """A call that nobody answers."""
    permit = (await house.ask(case, f"{key}-permit")).json()
    assert permit["verdict"] == "permitted", permit
    body = {"permit_id": permit["permit_id"], "outcome": "NO_ANSWER", "party_verified": False}
    assert (await house.post(f"/v1/cases/{case.case_id}/conversations", body, key)).status_code == 201


@pytest.mark.practice("001-07")
async def test_the_chosen_way_is_the_one_that_is_tried_and_its_reason_is_kept(house: House) -> None:
    case = await reached(house, "prefers", "fang@example.test")
    assert (await put(house, case, 1, preferred_channel="email", language="en")).status_code < 300
    taken = await step(house, case)
    assert (taken["kind"], taken["channels"], taken["language"]) == ("message", ["email", "sms"], "en")
    assert taken["reason"] == "The borrower prefers to be reached by e-mail."
    assert taken["reason_zh"] == "借款人希望通过电子邮件联系。"
    assert (taken["treatment"], taken["policy_version"], taken["tone"]) == ("usual", "treatment-1", "inviting")
    assert await sent_by(house, case) == [("first_contact", "email")]
    message = (await house.get(f"/v1/cases/{case.case_id}/contact")).json()["messages"][0]
    assert message["language"] == "en"


@pytest.mark.practice("004-10")
async def test_a_way_that_was_stopped_is_not_taken(house: House) -> None:
    case = await reached(house, "stopped", "lei@example.test")
    assert (await put(house, case, 1, stopped_channels=["sms", "voice"])).status_code < 300
    for purpose in ("first_contact", "follow_up", "another_way"):
        taken = await step(house, case)
        assert (taken["kind"], taken["purpose"], taken["channels"]) == ("message", purpose, ["email"])
    assert {channel for _, channel in await sent_by(house, case)} == {"email"}
    assert "task:call_borrower" not in await house.obligations(case)


@pytest.mark.practice("000-01")
async def test_whoever_avoids_us_is_met_by_a_gentler_way_and_not_more_often(house: House) -> None:
    case = await reached(house, "avoids", "avoids@example.test")
    for _ in range(2):
        await step(house, case)
    # Somebody called before the round asked for it: the third contact in a row without an answer.
    await vain(house, case, "avoids-1")
    taken = await step(house, case)
    assert (taken["kind"], taken["purpose"], taken["channels"]) == ("message", "another_way", ["email", "sms"])
    assert taken["reason"].startswith("After 3 contacts in a row that were avoided, e-mail is tried")
    assert (await step(house, case))["purpose"] == "written_notice"
    assert (await house.look(case)).outcome == "exhausted"
    assert len(await steps(house, case)) == 4, "no step was added"


@pytest.mark.practice("001-11")
async def test_whoever_does_not_want_to_talk_gets_the_notice_and_is_left_in_peace(house: House) -> None:
    case = await reached(house, "refuses")
    await step(house, case)
    answer = await house.call(case, "refuses", **REFUSED)
    assert answer.status_code == 201, answer.text
    assert not answer.json()["engaged"] and "contact.rpc_recorded" not in await house.events(case)
    assert (await house.ask(case, "at-once")).json()["rules"] == ["HOLD-01"], "peace begins with the word"
    assert (await house.outbox(case, "nudge"))[-1][0] == contact_workflow_id(case.case_id, 1)
    said = house.clock.now()
    taken = await step(house, case)
    assert (taken["purpose"], taken["wait_days"]) == ("written_notice", 14)
    assert ("written_notice", "sms") in await sent_by(house, case), "what the law asks for passes the quiet period"
    assert (house.clock.now() - said) >= timedelta(days=14)
    assert (await house.look(case)).outcome == "exhausted"


@pytest.mark.practice("001-11")
async def test_a_word_of_the_borrower_ends_the_quiet_period(house: House) -> None:
    case = await reached(house, "refuses-then-writes")
    await step(house, case)
    await house.call(case, "writes", **REFUSED)
    assert (await house.look(case)).outcome == "wait"
    await house.reply(case, "writes-1", "我想谈谈")
    assert (await house.look(case)).outcome == "engaged"
    house.clock.advance(timedelta(days=8))
    await house.beat()
    assert (await house.ask(case, "writes-2")).json()["verdict"] == "permitted"
    # Who refuses once more, in the middle of talks, gets a notice all the same.
    await house.call(case, "writes-3", **REFUSED)
    assert (await house.outbox(case, "start"))[-1][1]["object_ref"] == f"{case.case_id}/refused"
    assert (await house.carry(case))[-1] == "sent"
    assert (await house.ask(case, "writes-4")).json()["rules"] == ["HOLD-01"]


@pytest.mark.practice("001-03", "002-08")
async def test_what_follows_is_said_in_its_turn_and_never_to_hardship(house: House) -> None:
    case = await reached(house, "ladder")
    skipped = DeliveryRequest(
        case_id=case.case_id, purpose="consequences", object_ref=str(case.case_id), version=1,
        template="consequences", params={}, message_class="demand",
    )  # fmt: skip
    assert (await house.deliver(skipped)).outcome == "refused"
    (_, refused) = (await house.outbox(case, "event"))[-1]
    assert refused["rule"] == "STAGE_SKIPPED"
    assert await house.hear("intake", NegotiationReopened(case_id=case.case_id, round=2)) == "applied"
    for _ in range(3):
        await step(house, case, 2)
    assert (await step(house, case, 2))["purpose"] == "consequences"
    assert ("consequences", "sms") in await sent_by(house, case)

    # Who tells of hardship is not told what follows, now or in a later round.
    answer = await house.call(case, "ladder", cause="ILLNESS")
    assert answer.status_code == 201, answer.text
    by_hand = skipped.model_copy(update={"object_ref": "by-hand", "version": 2})
    assert (await house.deliver(by_hand)).outcome == "refused"
    assert (await house.outbox(case, "event"))[-1][1]["rule"] == "HARDSHIP_TOLD"
    assert await house.hear("intake", NegotiationReopened(case_id=case.case_id, round=3)) == "applied"
    for _ in range(3):
        await step(house, case, 3)
    paused = await step(house, case, 3)
    assert (paused["kind"], paused["purpose"]) == ("pause", "consequences") and "hardship" in paused["reason"]


@pytest.mark.practice("000-01")
async def test_care_asks_for_gentle_ways(house: House) -> None:
    case = await reached(house, "cared", "cared@example.test")
    changed = CareChanged(
        case_id=case.case_id, borrower_id=case.borrower_id, care=("softer_channel", "slow_pace"), at=house.clock.now()
    )
    assert await house.hear("intake", changed) == "applied"
    began = house.clock.now()
    taken = await step(house, case)
    assert taken["channels"] == ["email", "sms"] and house.clock.now() - began == timedelta(days=6)
    for purpose in ("follow_up", "another_way"):
        assert (await step(house, case))["purpose"] == purpose
    assert await house.obligations(case) != {} and "task:call_borrower" not in await house.obligations(case)


LATE: dict[str, Any] = {"product": "mortgage", "bucket": "M5", "days_past_due": 130}


async def decide(house: House, case: CaseTriaged, key: str, decision: str, *staff: str) -> Any:
    """A supervisor decides on the visit that the round asks for."""
    body = {"decision": decision, "staff": list(staff)}
    return await house.post(f"/v1/cases/{case.case_id}/visit-permission", body, key, "supervisor")


@pytest.mark.practice("003-02")
async def test_a_visit_needs_a_supervisor_and_two_people(house: House) -> None:
    case = await reached(house, "visited", **LATE)
    for _ in range(3):
        await step(house, case)
    assert (await house.look(case)).outcome == "wait"
    due = await house.obligations(case)
    assert set(due) == {"reply", "task:permit_visit"}
    asked = [task for name, task in await house.outbox(case, "event") if name == "forbear.task.opened.v1"][-1]
    assert (asked["kind"], asked["needs_role"]) == ("permit_visit", "supervisor")
    one = await house.post(
        f"/v1/cases/{case.case_id}/visit-permission", {"decision": "permit", "staff": ["a-1", "a-2"]}, "by-agent"
    )
    assert one.status_code == 403
    assert (await decide(house, case, "alone", "permit", "a-1")).status_code == 422
    assert (await decide(house, case, "nobody", "permit")).status_code == 422
    permitted = await decide(house, case, "two", "permit", "a-2", "a-3")
    assert permitted.status_code == 200 and permitted.json()["staff"] == ["a-2", "a-3"]
    assert set(await house.obligations(case)) == {"reply", "task:visit_borrower"}
    assert (await steps(house, case))[0]["decision"] == "permitted"
    again = await decide(house, case, "again", "refuse")
    assert again.status_code == 409 and again.json()["type"].endswith("/visit-not-asked")


@pytest.mark.practice("003-02")
async def test_a_visit_that_is_refused_is_not_made_up_for(house: House) -> None:
    case = await reached(house, "not-visited", **LATE)
    for _ in range(3):
        await step(house, case)
    assert (await house.look(case)).outcome == "wait"
    assert (await decide(house, case, "no", "refuse")).status_code == 200
    assert (await house.outbox(case, "nudge"))[-1][0] == contact_workflow_id(case.case_id, 1)
    assert (await step(house, case))["purpose"] == "written_notice"
    shown = await steps(house, case)
    assert [one["kind"] for one in shown] == ["message", "visit", "call", "message", "message"]
    assert datetime.fromisoformat(shown[0]["taken_at"]) == datetime.fromisoformat(shown[1]["taken_at"])
