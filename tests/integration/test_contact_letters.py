"""Letters: an address block, a seal, and about a card all that the law wants in them."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from services.common.contracts.events.cases import CaseTriaged
from services.common.contracts.workflows import DeliveryRequest
from services.common.kernel.ids import business_uuid
from services.common.runtime.caller import Caller
from services.contact.models import Number
from services.contact.service.messages.release import message_id_of
from tests.databases import FreshDatabase
from tests.integration.contact_facts import case_of, offer_of
from tests.integration.contact_house import House

ADDRESS = "上海市浦东新区世纪大道1号"
BLOCK = f"王秀英\n{ADDRESS}"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("contact"))
    yield made
    await made.close()


async def addressed(house: House, case: CaseTriaged) -> None:
    """The borrower has an address for letters."""
    number = Number(
        number_id=business_uuid("number", str(case.borrower_id), "letter"),
        borrower_id=case.borrower_id,
        channel="letter",
        value=BLOCK,
        digest=house.cases.numbers.digest(BLOCK),
        provenance="contract",
        verified=True,
        learned_at=house.clock.now(),
        zones=[],
    )
    async with house.database.write(Caller.service("contact", "test")) as uow:
        uow.session.add(number)


async def test_the_name_that_intake_knows_stands_above_the_address(house: House) -> None:
    house.intake.further[business_uuid("case", "named")] = {"name": "王秀英", "postal_address": ADDRESS}
    case = await house.triaged("named")
    request = offer_of(case, "statutory_notice", "written_notice")
    assert (await house.deliver(request)).outcome == "sent"
    assert house.gateway.taken[str(message_id_of(request))]["address_block"] == BLOCK.split("\n")
    kept = "SELECT count(DISTINCT digest) FROM number WHERE borrower_id = :id AND channel IN ('letter', 'visit')"
    assert await house.scalar(kept, id=case.borrower_id) == 1, "it is one address, with a name or without"


async def test_by_letter_it_has_an_address_block_a_seal_and_nothing_to_reply_to(house: House) -> None:
    case = await house.triaged("by-letter", language="en")
    await addressed(house, case)
    request = offer_of(case, "statutory_notice", "written_notice")
    assert (await house.deliver(request)).outcome == "sent"
    sent = house.gateway.taken[str(message_id_of(request))]
    assert sent["path"] == "/gateway/letter/orders" and sent["address_block"] == BLOCK.split("\n")
    assert (sent["seal"], sent["envelope"], sent["heading"]) == ("SANDBOX-SEAL", "neutral", "Written notice")
    assert "reply" not in sent["text"].lower()


@pytest.mark.rule("CN-12")
async def test_a_letter_about_a_card_goes_out_whole_or_not_at_all(house: House) -> None:
    figures = {"claim": "CNY 9000.00", "as_of": "2026-03-01", "overdue_since": "2026-01-16"}
    for name, product, params, ended in (
        ("card", "credit_card", figures, "sent"),
        ("card-figures", "credit_card", {"as_of": "2026-03-01"}, "refused"),
        ("loan-figures", "personal_loan", {"as_of": "2026-03-01"}, "sent"),
    ):
        case = await house.triaged(name, product=product)
        await addressed(house, case)
        about = business_uuid("number", str(case.borrower_id), "letter")
        request = offer_of(case, "demand", "card_letter")
        request = request.model_copy(update={"params": params, "object_ref": str(about)})
        assert (await house.deliver(request)).outcome == ended, name
        if ended == "refused":
            assert (await house.message(message_id_of(request))).reason == "CN-12"
    assert "王秀英，截至2026年3月1日" in house.gateway.taken[str(message_id_of(await first_card(house)))]["text"]


async def first_card(house: House) -> DeliveryRequest:
    case = case_of("card")
    about = business_uuid("number", str(case.borrower_id), "letter")
    return offer_of(case, "demand", "card_letter").model_copy(update={"object_ref": str(about)})
