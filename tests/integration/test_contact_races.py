"""Races of a message: its answer, its receipts and another try of it may come in any order, and at once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from uuid import UUID

import pytest
import pytest_asyncio

from services.common.contracts.workflows import DeliveryRequest
from services.common.kernel.errors import Unavailable
from services.contact.permitted import MessageGateway, PermittedMessage
from services.contact.service.messages.delivery import Delivery
from services.contact.service.messages.release import message_id_of
from services.contact.workflows.messages import Delivered
from tests.databases import FreshDatabase
from tests.integration.contact_facts import offer_of, receipt_of
from tests.integration.contact_house import House

ATTEMPTS = "SELECT count(*) FROM attempt WHERE case_id = :id"


class Meanwhile:
    """A gateway that something overtakes: before a message gets there, or before its answer is back."""

    def __init__(
        self,
        gateway: MessageGateway,
        before: Callable[[], Awaitable[object]] | None = None,
        after: Callable[[], Awaitable[object]] | None = None,
    ) -> None:
        self._gateway = gateway
        self._before = before
        self._after = after

    async def send(self, message: PermittedMessage) -> str:
        if self._before is not None:
            await self._before()
        accepted = await self._gateway.send(message)
        if self._after is not None:
            await self._after()
        return accepted

    async def find(self, channel: str, key: str) -> str | None:
        return await self._gateway.find(channel, key)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("contact"))
    yield made
    await made.close()


async def deliver(
    house: House,
    request: DeliveryRequest,
    before: Callable[[], Awaitable[object]] | None = None,
    after: Callable[[], Awaitable[object]] | None = None,
) -> Delivered:
    """One look of a message's workflow, overtaken by something."""
    own = house.cases.delivery
    again = Delivery(house.database, own._release, Meanwhile(own._gateway, before, after), own._telling)
    return await again.deliver(request)


async def attempted_under(house: House, message_id: UUID) -> object:
    """The permit of the one attempt there was, when it is the permit of the message."""
    joined = "SELECT a.permit_id FROM attempt a JOIN message m USING (permit_id) WHERE m.message_id = :id"
    return await house.scalar(joined, id=message_id)


async def test_a_receipt_that_is_here_before_the_answer_has_recorded_it(house: House) -> None:
    case = await house.triaged("receipt-first")
    message_id = message_id_of(offer_of(case))

    async def receipt() -> None:
        told = await house.webhook("first-1", receipt_of(message_id))
        assert told.json() == {"effect": "delivered"}

    assert (await deliver(house, offer_of(case), after=receipt)).outcome == "sent"
    assert (await house.message(message_id)).state == "delivered"
    assert await house.events(case) == ["message.sent"]
    assert await house.scalar(ATTEMPTS, id=case.case_id) == 1


async def test_a_late_answer_finds_that_another_try_has_sent_it(house: House) -> None:
    case = await house.triaged("another-try")
    offer = offer_of(case)
    assert (await deliver(house, offer, before=lambda: house.deliver(offer))).outcome == "sent"
    assert await house.events(case) == ["message.sent"]
    assert await house.scalar("SELECT count(*) FROM permit WHERE case_id = :id", id=case.case_id) == 2
    assert await house.scalar(ATTEMPTS, id=case.case_id) == 1
    assert await attempted_under(house, message_id_of(offer)) is not None


async def test_a_late_answer_counts_under_the_permit_of_the_try_that_is_not_heard_of(house: House) -> None:
    case = await house.triaged("unheard-try")
    offer = offer_of(case)

    async def unheard() -> None:
        house.gateway.ways = ["lost"]
        with pytest.raises(Unavailable):
            await house.deliver(offer)

    assert (await deliver(house, offer, before=unheard)).outcome == "sent"
    assert (await house.message(message_id_of(offer))).state == "sent"
    assert await house.events(case) == ["message.sent"]
    assert await house.scalar(ATTEMPTS, id=case.case_id) == 1
    assert await attempted_under(house, message_id_of(offer)) is not None


async def test_of_ten_who_deliver_a_message_at_once_one_records_it(house: House) -> None:
    case = await house.triaged("at-once")
    offer = offer_of(case)
    found = await asyncio.gather(*(house.deliver(offer) for _ in range(10)))
    assert {one.outcome for one in found} == {"sent"}
    assert await house.events(case) == ["message.sent"]
    assert await house.scalar(ATTEMPTS, id=case.case_id) == 1
    assert await attempted_under(house, message_id_of(offer)) is not None


async def test_of_receipts_that_come_at_once_each_is_taken_in_once_and_one_has_an_effect(house: House) -> None:
    case = await house.triaged("receipts-at-once")
    await house.deliver(offer_of(case))
    message_id = message_id_of(offer_of(case))
    names = [f"once-{number % 4}" for number in range(20)]
    told = await asyncio.gather(*(house.webhook(name, receipt_of(message_id)) for name in names))
    effects = [one.json()["effect"] for one in told]
    assert (effects.count("delivered"), effects.count("nothing_new"), effects.count("repeat")) == (1, 3, 16)
    kept = "SELECT count(*) FROM webhook WHERE effect = 'delivered' AND webhook_id LIKE 'once-%'"
    assert await house.scalar(kept) == 1
    assert (await house.message(message_id)).state == "delivered"


async def test_a_receipt_known_as_repeated_has_no_effect_on_a_message_that_was_sent_since(house: House) -> None:
    case = await house.triaged("early-receipt")
    message_id = message_id_of(offer_of(case))
    assert (await house.webhook("early-1", receipt_of(message_id))).json() == {"effect": "unknown_message"}
    await house.deliver(offer_of(case))
    assert (await house.webhook("early-1", receipt_of(message_id))).json() == {"effect": "repeat"}
    assert (await house.message(message_id)).state == "sent"
