"""A message whose way changes under it: an address goes while its gateway is away, or its case ends meanwhile."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from services.common.contracts.events.cases import CaseClosed, CaseTriaged
from services.common.contracts.workflows import DeliveryRequest, message_workflow_id
from services.common.kernel.errors import Unavailable
from services.common.kernel.ids import business_uuid
from services.common.runtime.caller import Caller
from services.contact.models import Message
from services.contact.repository import cases
from services.contact.service.messages.release import message_id_of
from tests.databases import FreshDatabase
from tests.integration.contact_facts import offer_of, phone_of, receipt_of
from tests.integration.contact_house import House

EMAIL, ADDRESS = "wang@borrowers.example", "上海市浦东新区世纪大道1号"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("contact"))
    yield made
    await made.close()


async def reachable(house: House, name: str, **forms: str) -> CaseTriaged:
    """A case whose borrower can be reached by phone and in these forms besides."""
    house.intake.further[business_uuid("case", name)] = forms
    return await house.triaged(name, language="en")


async def kept(house: House, request: DeliveryRequest) -> Message:
    return await house.message(message_id_of(request))


async def barred(house: House, channel: str, address: str) -> None:
    """Somebody opted out of an address meanwhile."""
    digest = house.cases.numbers.digest(house.cases.numbers.normal(address))
    async with house.database.write(Caller.service("contact", "test")) as uow:
        assert await cases.bar_number(uow.session, digest, channel, uow.now())


async def test_a_closed_case_wakes_what_waits_for_its_next_way(house: House) -> None:
    case = await reachable(house, "back-and-closed", email=EMAIL)
    request = offer_of(case)
    await house.deliver(request)
    assert (await house.webhook("c-1", receipt_of(message_id_of(request), "failed"))).json() == {"effect": "failed"}
    again = request.model_copy(update={"again": 1})
    await house.hold(case, "arrangement", ends_at=house.clock.now() + timedelta(days=9))
    assert (await house.deliver(again)).outcome == "later"
    await house.hear("intake", CaseClosed(case_id=case.case_id, reason="CURED", closed_at=house.clock.now()))
    assert message_workflow_id(again) in [name for name, _ in await house.outbox(case, "nudge")]
    assert (await house.deliver(again)).outcome == "refused"


async def test_words_written_for_one_channel_do_not_go_by_another(house: House) -> None:
    case = await reachable(house, "changed-way", postal_address=ADDRESS)
    request = offer_of(case, "statutory_notice", "written_notice")
    request = request.model_copy(update={"template": "disclosures", "params": {}})
    house.gateway.ways = ["down"]
    with pytest.raises(Unavailable):
        await house.deliver(request)
    assert "reply" not in ((await kept(house, request)).text or "reply").lower()
    await barred(house, "letter", ADDRESS)
    assert (await house.deliver(request)).outcome == "sent"
    message = await kept(house, request)
    assert (message.channel, message.tries) == ("sms", 1) and "reply" in (message.text or "").lower()
    assert house.gateway.taken[str(message.message_id)]["text"] == message.text


async def test_a_way_that_is_gone_leaves_the_other_one(house: House) -> None:
    case = await reachable(house, "gone-way", email=EMAIL)
    request = offer_of(case)
    for _ in range(5):
        house.gateway.ways = ["down"]
        with pytest.raises(Unavailable):
            await house.deliver(request)
    await barred(house, "sms", phone_of(case))
    assert (await house.deliver(request)).outcome == "sent"
    message = await kept(house, request)
    assert message.channel == "email" and [one["reason"] for one in message.tried] == ["GATEWAY_BUSY"]
