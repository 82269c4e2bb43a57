"""Rounds of contact: the steps of the cadence, how it ends, and what agents record."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from services.common.contracts.events.cases import CaseClosed, CaseStateChanged, CaseTriaged, NegotiationReopened
from services.common.contracts.workflows import DeliveryRequest, RoundInput, contact_workflow_id
from services.common.kernel.errors import Unavailable
from services.contact.domain.vocabulary import Channel
from tests.databases import FreshDatabase
from tests.integration.contact_facts import ZONE, case_of, phone_of
from tests.integration.contact_house import House


@pytest_asyncio.fixture
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("contact"))
    yield made
    await made.close()


async def until_due(house: House, case: CaseTriaged) -> None:
    """What was asked for is sent, and time passes until the next step of the cadence."""
    await house.carry(case)
    house.clock.move_to((await house.obligations(case))["reply"])
    await house.beat()


def purposes(starts: list[tuple[str, dict[str, str]]]) -> list[str]:
    return [body["purpose"] for _, body in starts]


async def test_a_borrower_who_stays_silent_is_written_to_called_given_notice_and_left_in_peace(house: House) -> None:
    case = await house.triaged("silent")
    began = house.clock.now()
    for _ in range(2):
        assert (await house.look(case)).outcome == "wait"
    assert await house.events(case) == ["contact.planned"]
    assert purposes(await house.outbox(case, "start")) == ["first_contact"]

    await until_due(house, case)
    assert house.clock.now() == began + timedelta(days=3)
    assert (await house.look(case)).outcome == "wait"
    await until_due(house, case)
    assert (await house.look(case)).outcome == "wait"
    assert set(await house.obligations(case)) == {"reply", "task:call_borrower"}
    (_, task) = next(one for one in await house.outbox(case, "event") if one[0] == "forbear.task.opened.v1")
    assert task["decide_path"] == f"/v1/cases/{case.case_id}/conversations" and task["needs_role"] == "agent"

    await until_due(house, case)
    assert (await house.look(case)).outcome == "wait"
    notice = (await house.outbox(case, "start"))[-1][1]
    assert purposes(await house.outbox(case, "start")) == ["first_contact", "follow_up", "written_notice"]
    assert notice["message_class"] == "statutory_notice"
    # The quiet period begins with the notice: the notice passes it, a call does not.
    assert (await house.deliver(DeliveryRequest.model_validate(notice))).outcome == "sent"
    assert (await house.ask(case, "in-quiet")).json()["rules"] == ["HOLD-01"]
    # Day 0 is the day of the notice; day 14 is quiet to its end.
    quiet_ends = (await house.obligations(case))["reply"]
    notice_day = house.clock.now().astimezone(ZoneInfo(ZONE)).date()
    assert quiet_ends == datetime.combine(notice_day + timedelta(days=15), datetime.min.time(), ZoneInfo(ZONE))

    await until_due(house, case)
    for _ in range(2):
        assert (await house.look(case)).outcome == "exhausted"
    assert (await house.events(case))[-1] == "contact.exhausted"
    assert await house.obligations(case) == {}
    house.clock.advance(timedelta(hours=10))
    assert (await house.ask(case, "after-quiet")).json()["verdict"] == "permitted"


async def test_a_reply_in_the_quiet_period_ends_it(house: House) -> None:
    case = await house.triaged("quiet")
    for _ in range(3):
        await house.look(case)
        await until_due(house, case)
    await house.look(case)
    assert (await house.ask(case, "quiet")).json()["rules"] == ["HOLD-01"]
    await house.reply(case, "quiet-1", "对不起，我住院了")
    assert (await house.ask(case, "spoken")).json()["verdict"] == "permitted"
    assert (await house.look(case)).outcome == "engaged"


async def test_whoever_asks_for_help_is_reached_already(house: House) -> None:
    case = await house.triaged("helped", origin="borrower", days_past_due=0, bucket="M0")
    assert (await house.look(case)).outcome == "engaged"
    assert await house.events(case) == ["contact.planned", "contact.inbound_recorded"]
    assert await house.outbox(case, "start") == [] and await house.obligations(case) == {}


async def test_the_cadence_waits_for_its_case_and_learns_the_numbers_once(house: House) -> None:
    case = case_of("early")
    house.intake.phones[case.case_id] = phone_of(case)
    assert (await house.look(case)).outcome == "learn"
    with pytest.raises(Unavailable):
        await house.cases.numbers.learn(RoundInput(case_id=case.case_id, round=1))
    assert await house.hear("intake", case) == "applied"
    assert await house.outbox(case, "nudge") == [], "learning is tried again by itself"
    assert (await house.look(case)).outcome == "learn"
    assert await house.events(case) == []
    house.intake.down = True
    try:
        await house.triaged("early")
    except Unavailable:
        house.intake.down = False
    await house.triaged("early")
    assert (await house.look(case)).outcome == "wait"
    # Another account of the same borrower needs no second reading of personal data.
    other = case_of("early-2", borrower="early")
    await house.hear("intake", other)
    assert (await house.look(other)).outcome == "wait" and house.intake.asked == 3


async def test_a_conversation_engages_counts_and_closes_the_call_task(house: House) -> None:
    case = await house.triaged("talk")
    for _ in range(2):
        await house.look(case)
        await until_due(house, case)
    await house.look(case)
    answer = (await house.call(case, "talk")).json()
    assert answer["engaged"] and answer["counts_as_rpc"] and answer["next_action"] == "record_request"
    assert (await house.events(case))[-3:] == ["contact.attempt_recorded", "task.closed", "contact.rpc_recorded"]
    assert set(await house.obligations(case)) == {"hand_over"}, "intake is told of the request"
    assert (await house.look(case)).outcome == "engaged"
    again = (await house.call(case, "talk")).json()
    assert again == answer
    shown = (await house.get(f"/v1/cases/{case.case_id}/contact")).json()
    assert shown["rounds"][0]["state"] == "engaged" and shown["conversations"][0]["recorded_by"] == "a-1"
    assert shown["attempts"][0]["outcome"] == "RPC_REQUEST_RELIEF" and len(shown["numbers"][0]["ending"]) == 4
    assert {one["channel"] for one in shown["channels"]} == {channel.value for channel in Channel}
    assert (await house.get(f"/v1/cases/{case.borrower_id}/contact")).status_code == 404
    assert (await house.client.get(f"/v1/cases/{case.case_id}/contact")).status_code == 401


async def test_a_record_must_fit_its_outcome_and_its_permit(house: House) -> None:
    case = await house.triaged("unfit")
    path = f"/v1/cases/{case.case_id}/conversations"
    unfit: list[tuple[dict[str, Any], str]] = [
        ({"outcome": "SHOUTED"}, "#/outcome"),
        ({"outcome": "REPLIED"}, "#/outcome"),
        ({"party_verified": False}, "#/party_verified"),
        ({"summary": None}, "#/summary"),
        ({"read_back_confirmed": None}, "#/read_back_confirmed"),
        ({"outcome": "VISIT_MET"}, "#/channel"),
        ({"outcome": "NO_ANSWER", "permit_id": None}, "#/permit_id"),
    ]
    for number, (changes, pointer) in enumerate(unfit):
        house.clock.advance(timedelta(days=1))
        answer = await house.call(case, f"unfit-{number}", **changes)
        assert answer.status_code == 422 and answer.json()["errors"][0]["pointer"] == pointer, changes
    assert (await house.events(case)) == []
    vain = {"outcome": "NO_ANSWER", "party_verified": False}
    house.clock.advance(timedelta(minutes=16))
    permit = (await house.ask(case, "used-once")).json()["permit_id"]
    assert (await house.post(path, vain | {"permit_id": permit}, "first")).status_code == 201
    second = await house.post(path, vain | {"permit_id": permit}, "second")
    assert second.status_code == 409 and second.json()["type"].endswith("/permit-unusable")
    by_sms = (await house.ask(case, "by-sms", channel="sms")).json()["permit_id"]
    assert (await house.post(path, vain | {"permit_id": by_sms}, "wrong-channel")).status_code == 409
    late = (await house.ask(case, "too-late")).json()["permit_id"]
    house.clock.advance(timedelta(minutes=15))
    assert (await house.post(path, {"permit_id": late}, "late")).status_code == 409, "nobody begins under it any more"
    other = await house.triaged("unfit-other")
    theirs = (await house.ask(other, "theirs")).json()["permit_id"]
    assert (await house.post(path, vain | {"permit_id": theirs}, "theirs")).status_code == 409
    assert (await house.post(path, vain | {"permit_id": late}, "role", "compliance")).status_code == 403


async def test_a_borrower_who_calls_needs_no_permit_and_is_no_attempt(house: House) -> None:
    case = await house.triaged("calls-us")
    await house.look(case)
    spoken = {
        "outcome": "RPC_CALLBACK_AGREED",
        "party_verified": True,
        "summary": "Friday",
        "call_back_at": (house.clock.now() + timedelta(days=4)).isoformat(),
    }
    answer = await house.post(f"/v1/cases/{case.case_id}/conversations", spoken, "calls-us")
    assert answer.status_code == 201 and answer.json()["engaged"]
    assert await house.events(case) == ["contact.planned", "task.opened", "contact.rpc_recorded"]


async def test_contact_stops_when_the_case_leaves_it_by_another_way(house: House) -> None:
    cured, recalled = await house.triaged("cured"), await house.triaged("recalled")
    for case, state, outcome in ((cured, "CURED", "stopped"), (recalled, "ENGAGED", "engaged")):
        await house.look(case)
        changed = CaseStateChanged(
            case_id=case.case_id,
            from_state="CONTACTING",
            to_state=state,
            trigger="account.cured",
            state_version=4,
            at=house.clock.now(),
        )
        assert await house.hear("intake", changed) == "applied"
        assert (await house.look(case)).outcome == outcome
        assert await house.obligations(case) == {}
        assert (await house.outbox(case, "nudge"))[-1][0] == contact_workflow_id(case.case_id, 1)
    assert await house.events(cured) == ["contact.planned"]


async def test_a_closed_case_is_let_go_and_a_second_round_begins_anew(house: House) -> None:
    case = await house.triaged("rounds")
    await house.look(case)
    await house.reply(case, "rounds-1", "好")
    assert (await house.look(case, 2)).outcome == "wait"
    assert await house.hear("intake", NegotiationReopened(case_id=case.case_id, round=2)) == "applied"
    assert (await house.outbox(case, "nudge"))[-1][0] == contact_workflow_id(case.case_id, 2)
    assert (await house.look(case, 2)).outcome == "wait"
    assert (await house.events(case)).count("contact.planned") == 1
    starts = await house.outbox(case, "start")
    assert [(body["purpose"], body["version"]) for _, body in starts] == [("first_contact", 1), ("first_contact", 2)]
    for _ in range(2):
        await until_due(house, case)
        await house.look(case, 2)
    assert set(await house.obligations(case)) == {"reply", "task:call_borrower"}
    closed = CaseClosed(case_id=case.case_id, reason="estate.closed", closed_at=house.clock.now())
    assert await house.hear("intake", closed) == "applied"
    assert await house.obligations(case) == {} and (await house.look(case, 2)).outcome == "stopped"
    assert (await house.ask(case, "closed")).status_code == 409
    unheard = case_of("never-triaged")
    closed = CaseClosed(case_id=unheard.case_id, reason="x", closed_at=house.clock.now())
    assert await house.hear("intake", closed) == "applied"
    assert await house.hear("intake", NegotiationReopened(case_id=unheard.case_id, round=2)) == "dead"
