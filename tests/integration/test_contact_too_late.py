"""What waited is judged again when it may leave: a reminder of a due day that is over, an offer that expired."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from services.common.contracts.events.cases import CaseTriaged
from services.common.contracts.workflows import DeliveryRequest
from services.common.kernel.ids import business_uuid
from services.contact.service.messages.release import message_id_of
from tests.databases import FreshDatabase
from tests.integration.contact_facts import ZONE, offer_of, receipt_of
from tests.integration.contact_house import House
from tests.integration.contact_stops import lifted, place

# Half past eleven at night in Shanghai, when nothing may leave until eight.
NIGHT = datetime(2026, 3, 15, 23, 30, tzinfo=ZoneInfo(ZONE))
MORNING = datetime(2026, 3, 16, 8, tzinfo=ZoneInfo(ZONE))


@pytest_asyncio.fixture(loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("contact"), NIGHT)
    yield made
    await made.close()


def reminder_of(case: CaseTriaged, due_date: str, purpose: str = "reminder") -> DeliveryRequest:
    """A message of followup about an instalment."""
    return DeliveryRequest(
        case_id=case.case_id,
        purpose=purpose,
        object_ref=f"{business_uuid('agreement', str(case.case_id))}:2",
        version=1,
        template=purpose,
        params={"number": "2", "due_date": due_date, "amount": "864.00", "currency": "CNY"},
        message_class="reminder" if purpose == "reminder" else "arrangement",
    )


async def refused_for(house: House, case: CaseTriaged, request: DeliveryRequest) -> str:
    """Why a message was refused: as the event says it, and as whoever asks for the message reads it."""
    (_, told), *more = await house.outbox(case, "event")
    shown = (await house.get(f"/v1/messages/{message_id_of(request)}", "compliance")).json()
    assert not more and shown["state"] == "refused" and shown["reason"] == told["rule"]
    assert told["object_ref"] == request.object_ref and told["earliest"] is None
    return str(told["rule"])


@pytest.mark.parametrize(("due_date", "outcome"), [("2026-03-15", "refused"), ("2026-03-16", "sent")])
async def test_a_reminder_that_waits_for_the_morning_leaves_until_the_due_day(
    house: House, due_date: str, outcome: str
) -> None:
    case = await house.triaged("overnight")
    reminder = reminder_of(case, due_date)
    assert (await house.deliver(reminder)).outcome == "later"
    house.clock.move_to(MORNING)
    assert (await house.deliver(reminder)).outcome == outcome
    assert await house.obligations(case) == {} and house.gateway.posts == (outcome == "sent")
    if outcome == "refused":
        assert await refused_for(house, case, reminder) == "TOO_LATE"


async def test_the_day_is_that_of_the_borrower(house: House) -> None:
    case = await house.triaged("elsewhere", time_zones=("America/New_York",))
    house.clock.move_to(MORNING + timedelta(hours=2))  # Ten at night on the fifteenth in New York.
    assert (await house.deliver(reminder_of(case, "2026-03-15"))).outcome == "later"
    house.clock.move_to(datetime(2026, 3, 15, 23, 59, tzinfo=ZoneInfo("America/New_York")))
    assert (await house.deliver(reminder_of(case, "2026-03-15"))).outcome == "later"
    house.clock.move_to(datetime(2026, 3, 16, 0, 0, tzinfo=ZoneInfo("America/New_York")))
    assert (await house.deliver(reminder_of(case, "2026-03-15"))).outcome == "refused"


async def test_a_notice_of_what_was_missed_speaks_of_a_day_that_is_over(house: House) -> None:
    case = await house.triaged("missed")
    house.clock.move_to(MORNING)
    assert (await house.deliver(reminder_of(case, "2026-03-10", "missed_notice"))).outcome == "sent"


async def test_an_offer_that_expired_while_it_was_held_does_not_leave(house: House) -> None:
    case = await house.triaged("held")
    offer, over = offer_of(case), MORNING + timedelta(days=1)
    await house.hold(case, "arrangement", ends_at=over)
    assert (await house.deliver(offer)).outcome == "later"
    house.clock.move_to(over)
    assert (await house.deliver(offer)).outcome == "refused"
    assert await refused_for(house, case, offer) == "TOO_LATE" and house.gateway.posts == 0


async def test_an_offer_that_expired_during_a_stop_is_not_sent_when_it_is_lifted(house: House) -> None:
    house.clock.move_to(MORNING)
    case = await house.triaged("stopped")
    stop = await place(house)
    assert (await house.deliver(offer_of(case))).outcome == "later"
    house.clock.advance(timedelta(days=1))
    await lifted(house, stop)
    assert (await house.deliver(offer_of(case))).outcome == "refused"
    assert await refused_for(house, case, offer_of(case)) == "TOO_LATE"


@pytest.mark.parametrize(("late", "ways"), [(timedelta(0), 2), (timedelta(days=1), 1)])
async def test_a_reminder_that_comes_back_goes_another_way_until_the_due_day(
    house: House, late: timedelta, ways: int
) -> None:
    house.clock.move_to(MORNING)
    house.intake.further[business_uuid("case", "came-back")] = {"email": "wang@borrowers.example"}
    case = await house.triaged("came-back")
    reminder = reminder_of(case, "2026-03-16")
    assert (await house.deliver(reminder)).outcome == "sent"
    house.clock.advance(late)
    await house.webhook("came-back", receipt_of(message_id_of(reminder), "failed"))
    assert await house.carry(case) == ["sent"] * (ways - 1) and house.gateway.posts == ways
