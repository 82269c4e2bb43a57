"""Delivery: one message per purpose, object and version, under a used permit, whatever the gateway does."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from services.common.contracts.events.cases import CaseClosed
from services.common.contracts.workflows import message_workflow_id
from services.common.kernel.errors import Unavailable
from services.common.kernel.ids import business_uuid
from services.contact.errors import TemplateUnfit
from services.contact.service.messages.release import message_id_of
from tests.databases import FreshDatabase
from tests.integration.contact_facts import ZONE, case_of, offer_of, phone_of
from tests.integration.contact_house import House


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("contact"))
    yield made
    await made.close()


async def test_a_message_goes_out_once_under_its_permit(house: House) -> None:
    case = await house.triaged("once", language="en")
    offer = offer_of(case)
    assert (await house.deliver(offer)).outcome == "sent"
    message = await house.message(message_id_of(offer))
    sent = house.gateway.taken[str(message.message_id)]
    assert sent["to"] == phone_of(case) and sent["path"] == "/gateway/sms/messages" and sent["sender"] == "Sandbox Bank"
    assert sent["reference"] == "offer/LN-once-plan/1"
    assert "Sandbox Bank" in sent["text"] and "16 March 2026" in sent["text"] and sent["text"] == message.text
    assert message.state == "sent" and message.provider_id == f"gw-{message.message_id}"
    assert await house.events(case) == ["message.sent"]
    used = await house.scalar("SELECT used_at FROM permit WHERE permit_id = :id", id=message.permit_id)
    assert used == house.clock.now()
    outcome = await house.scalar("SELECT outcome FROM attempt WHERE permit_id = :id", id=message.permit_id)
    assert outcome == "SENT"
    # The same message asked for again, by whoever: there is nothing left to do.
    assert (await house.deliver(offer)).outcome == "sent"
    assert house.gateway.posts == 1
    stored = await house.scalar("SELECT text FROM message WHERE message_id = :id", id=message.message_id)
    assert stored.startswith("v1.") and "Sandbox" not in stored


async def test_an_answer_that_was_not_heard_is_asked_for_and_not_sent_again(house: House) -> None:
    case = await house.triaged("late")
    offer, posts = offer_of(case), house.gateway.posts
    house.gateway.ways = ["late"]
    with pytest.raises(Unavailable):
        await house.deliver(offer)
    assert (await house.message(message_id_of(offer))).state == "unknown"
    assert await house.events(case) == []
    # However late, without a new permit: it has gone out already.
    house.clock.advance(timedelta(hours=1))
    assert (await house.deliver(offer)).outcome == "sent"
    assert house.gateway.posts == posts + 1
    assert await house.events(case) == ["message.sent"]


async def test_a_message_that_the_gateway_never_took_needs_a_new_permit(house: House) -> None:
    case = await house.triaged("lost")
    offer, posts = offer_of(case), house.gateway.posts
    house.gateway.ways = ["lost"]
    with pytest.raises(Unavailable):
        await house.deliver(offer)
    assert (await house.deliver(offer)).outcome == "sent"
    assert house.gateway.posts == posts + 2
    assert await house.scalar("SELECT count(*) FROM permit WHERE case_id = :id", id=case.case_id) == 2
    assert await house.scalar("SELECT count(*) FROM attempt WHERE case_id = :id", id=case.case_id) == 1


async def test_a_refusal_of_the_gateway_is_final_and_a_busy_one_is_not(house: House) -> None:
    case = await house.triaged("refuse")
    house.gateway.ways = ["refuse"]
    assert (await house.deliver(offer_of(case))).outcome == "unreachable"
    assert await house.events(case) == ["message.unreachable"]
    busy = await house.triaged("busy")
    house.gateway.ways = ["down"]
    with pytest.raises(Unavailable):
        await house.deliver(offer_of(busy))
    assert (await house.deliver(offer_of(busy))).outcome == "sent"


async def test_at_night_a_message_waits_until_the_morning(fresh_database: FreshDatabase) -> None:
    night = House(await fresh_database("contact"), datetime(2026, 3, 2, 23, 30, tzinfo=ZoneInfo(ZONE)))
    case = await night.triaged("night")
    offer = offer_of(case)
    for _ in range(2):
        reserved = await night.deliver(offer)
        # Time does not pass by itself here, so no timer is asked for: the overdue obligation is nudged.
        assert reserved.outcome == "later" and reserved.wake_in is None
    morning = datetime(2026, 3, 3, 8, tzinfo=ZoneInfo(ZONE))
    asked = "SELECT count(*) FROM permit WHERE case_id = :id"
    assert await night.scalar(asked, id=case.case_id) == 1, "who is woken too early does not ask again"
    assert await night.obligations(case) == {"message": morning}
    assert await night.events(case) == []
    night.clock.move_to(morning)
    assert (await night.deliver(offer)).outcome == "sent"
    assert await night.obligations(case) == {}
    await night.close()


async def test_a_hold_refuses_demands_and_lets_statutory_notices_out(house: House) -> None:
    case = await house.triaged("hold")
    await house.hold(case, "demand_call", "demand_message")
    demand = await house.deliver(offer_of(case, "demand", "follow_up"))
    assert demand.outcome == "refused"
    assert await house.events(case) == ["message.refused"]
    (_, refused), *_ = await house.outbox(case, "event")
    assert refused["rule"] == "HOLD-01" and refused["earliest"] is None
    assert (await house.deliver(offer_of(case, "statutory_notice", "written_notice"))).outcome == "sent"


async def test_while_holds_may_be_out_of_date_the_delivery_tries_again(house: House) -> None:
    case = await house.triaged("stale")
    await house.beat(timedelta(seconds=11))
    with pytest.raises(Unavailable):
        await house.deliver(offer_of(case))
    assert await house.scalar("SELECT count(*) FROM message WHERE case_id = :id", id=case.case_id) == 0
    assert (await house.deliver(offer_of(case, "statutory_notice", "written_notice"))).outcome == "sent"
    await house.beat()
    assert (await house.deliver(offer_of(case))).outcome == "sent"


async def test_without_a_number_or_a_case_or_a_text(house: House) -> None:
    house.intake.phones[business_uuid("case", "none")] = None
    case = await house.triaged("none")
    assert (await house.deliver(offer_of(case))).outcome == "unreachable"
    assert await house.events(case) == ["message.unreachable"]
    with pytest.raises(Unavailable):
        await house.deliver(offer_of(case_of("not-triaged-yet")))
    known = await house.triaged("unfit")
    for wrong in ({"template": "threat"}, {"params": {"expires_on": "soon"}}):
        request = offer_of(known).model_copy(update=wrong)
        with pytest.raises(TemplateUnfit):
            await house.deliver(request)
    assert (await house.cases.delivery.give_up(offer_of(known))).outcome == "refused"
    assert await house.events(known) == ["message.refused"]


async def test_after_the_close_only_what_belongs_to_it_goes_out(house: House) -> None:
    case = await house.triaged("closed")
    await house.hold(case, "arrangement", ends_at=house.clock.now() + timedelta(hours=1))
    offer = offer_of(case)
    assert (await house.deliver(offer)).outcome == "later"
    await house.hear("intake", CaseClosed(case_id=case.case_id, reason="CURED", closed_at=house.clock.now()))
    assert await house.obligations(case) == {}
    assert [name for name, _ in await house.outbox(case, "nudge")][-1] == message_workflow_id(offer)
    assert (await house.deliver(offer)).outcome == "refused"
    assert (await house.deliver(offer_of(case, "receipt", "closing"))).outcome == "sent"
    shown = (await house.get(f"/v1/messages/{message_id_of(offer)}", "compliance")).json()
    assert shown["state"] == "refused" and shown["reason"] == "CASE_CLOSED"
