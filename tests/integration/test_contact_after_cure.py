"""After a cure nobody is collected from: whatever would be, or leads to it, is refused when it wants to leave."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from services.common.contracts.events.cases import CaseClosed
from services.common.contracts.workflows import MessageClass
from services.contact.service.messages.release import message_id_of
from tests.databases import FreshDatabase
from tests.integration.contact_facts import offer_of
from tests.integration.contact_house import House


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("contact"))
    yield made
    await made.close()


@pytest.mark.practice("000-10")
@pytest.mark.parametrize("reason", ["CURED", "PLAN_COMPLETED", "SETTLED"])
@pytest.mark.parametrize("message_class", ["demand", "arrangement", "reminder"])
async def test_nothing_that_collects_leaves_after_a_cure(
    house: House, reason: str, message_class: MessageClass
) -> None:
    case = await house.triaged(f"{reason}-{message_class}")
    await house.hear("intake", CaseClosed(case_id=case.case_id, reason=reason, closed_at=house.clock.now()))
    wanted = offer_of(case, message_class)
    assert (await house.deliver(wanted)).outcome == "refused"
    shown = (await house.get(f"/v1/messages/{message_id_of(wanted)}", "compliance")).json()
    assert (shown["state"], shown["reason"]) == ("refused", "CASE_CLOSED")
