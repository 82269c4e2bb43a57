"""No message that waited asks for what is paid, or speaks of an agreement that is over."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from services.common.contracts.events.agreements import (
    AgreementBroken,
    AgreementCompleted,
    AgreementEvent,
    InstalmentMissed,
    InstalmentPaid,
)
from services.common.contracts.events.cases import CaseTriaged
from services.common.contracts.workflows import DeliveryRequest
from services.common.kernel.ids import business_uuid
from services.common.kernel.money import Money
from services.contact.service.messages.release import message_id_of
from tests.databases import FreshDatabase
from tests.integration.contact_facts import offer_of
from tests.integration.contact_house import House


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("contact"))
    yield made
    await made.close()


def agreement_of(case: CaseTriaged) -> UUID:
    return business_uuid("agreement", str(case.case_id))


def about(case: CaseTriaged, purpose: str, number: int = 2, notice: int = 1) -> DeliveryRequest:
    """What follow-up has sent about an instalment: one reminder of each, and its first notice, its second ..."""
    return DeliveryRequest(
        case_id=case.case_id,
        purpose=purpose,
        object_ref=f"{agreement_of(case)}:{number if purpose == 'reminder' else notice}",
        version=1,
        template=purpose,
        params={"number": str(number), "due_date": "2026-03-05", "amount": "864.00", "currency": "CNY"},
        message_class="reminder" if purpose == "reminder" else "arrangement",
    )


async def told(house: House, case: CaseTriaged, kind: type[AgreementEvent], **facts: Any) -> None:
    """Follow-up tells something about the agreement of a case."""
    who = {"case_id": case.case_id, "agreement_id": agreement_of(case), "round": 1}
    assert await house.hear("followup", kind.model_validate(who | facts)) == "applied"


async def paid(house: House, case: CaseTriaged, number: int) -> None:
    await told(house, case, InstalmentPaid, number=number, on=date(2026, 3, 2))


async def waits(house: House, case: CaseTriaged, *requests: DeliveryRequest) -> None:
    """The messages wait for the end of a hold, which is over then."""
    over = house.clock.now() + timedelta(minutes=1)
    await house.hold(case, "arrangement", "reminder", ends_at=over)
    for request in requests:
        assert (await house.deliver(request)).outcome == "later"
    house.clock.move_to(over)


async def reason_of(house: House, request: DeliveryRequest) -> str | None:
    return (await house.message(message_id_of(request))).reason


@pytest.mark.parametrize("purpose", ["reminder", "missed_notice"])
async def test_what_waited_does_not_ask_for_what_was_paid_meanwhile(house: House, purpose: str) -> None:
    case = await house.triaged(f"paid-{purpose}")
    second = about(case, purpose)
    await waits(house, case, second)
    await paid(house, case, 2)
    await paid(house, case, 2)
    assert (await house.deliver(second)).outcome == "refused"
    assert await reason_of(house, second) == "NOTHING_DUE"
    (name, refused), *more = await house.outbox(case, "event")
    assert not more and name.startswith("forbear.message.refused") and refused["rule"] == "NOTHING_DUE"


async def test_the_instalment_is_the_one_that_the_words_name(house: House) -> None:
    case, other = await house.triaged("named"), await house.triaged("named-other")
    await paid(house, case, 1)
    # The first notice of an agreement may be about any instalment.
    assert (await house.deliver(about(case, "missed_notice", number=3, notice=1))).outcome == "sent"
    assert (await house.deliver(about(case, "missed_notice", number=1, notice=2))).outcome == "refused"
    assert (await house.deliver(about(other, "reminder", number=1))).outcome == "sent", "another agreement"


@pytest.mark.parametrize("kind", [AgreementBroken, AgreementCompleted])
async def test_nothing_about_an_agreement_that_is_over_leaves(house: House, kind: type[AgreementEvent]) -> None:
    case = await house.triaged(f"over-{kind.__name__}")
    reminder, notice = about(case, "reminder"), about(case, "missed_notice", number=3)
    await waits(house, case, reminder, notice)
    await told(house, case, kind)
    for request in (reminder, notice):
        assert (await house.deliver(request)).outcome == "refused"
        assert await reason_of(house, request) == "NOTHING_DUE"
    assert (await house.deliver(offer_of(case))).outcome == "sent", "what is agreed next"


async def test_an_instalment_whose_payment_was_taken_back_is_due_again(house: House) -> None:
    case = await house.triaged("taken-back")
    await paid(house, case, 2)
    await told(house, case, InstalmentMissed, number=2, shortfall=Money.of("864.00", "CNY"))
    assert (await house.deliver(about(case, "missed_notice"))).outcome == "sent"
