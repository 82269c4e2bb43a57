"""Others hear when a borrower was told everything that comes before a plan, and when it came back."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from services.common.contracts.events.cases import CaseTriaged
from services.contact.service.messages.release import message_id_of
from tests.databases import FreshDatabase
from tests.integration.contact_facts import receipt_of
from tests.integration.contact_house import House
from tests.integration.contact_people import party
from tests.integration.contact_talks import RELIEF, Talk, promise, recorded
from tests.integration.test_contact_asked_messages import ask, wanted

pytestmark = pytest.mark.practice("000-03")


@pytest_asyncio.fixture
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("contact"))
    yield made
    await made.close()


async def said(house: House, case: CaseTriaged) -> list[int]:
    """How many were open, each time that others were told."""
    told = await house.outbox(case, "event")
    return [body["open"] for name, body in told if name == "forbear.contact.disclosures_changed.v1"]


async def test_the_last_that_was_missing_is_told_once(house: House) -> None:
    case = await house.triaged("told")
    first = await recorded(house, case, "told", **RELIEF, disclosed=["rights", "complaint_route", "process"])
    assert "next_steps" in first.json()["open_disclosures"] and await said(house, case) == []
    talk = await Talk.begin_with(house, case, "again")
    await talk.step("greeting", disclosed=["next_steps"])
    assert await said(house, case) == [0], "a recording is told of where there is one"
    await talk.step("right_party", method="known_fact", result="verified", disclosed=["next_steps"])
    assert await said(house, case) == [0], "what was told before is no news"


async def test_the_script_tells_all_of_it(house: House) -> None:
    case = await house.triaged("script")
    talk = await Talk.begin(house, case, "script")
    await talk.until("evidence")
    await talk.step("commitment", commitments=[promise("lender", "SEND_STATEMENT", 3)])
    assert await said(house, case) == []
    await talk.step("close")
    assert await said(house, case) == [0]


async def test_a_message_that_comes_back_told_nothing(house: House) -> None:
    case = await house.triaged("came-back")
    assert (await ask(house, case, "cb", "disclosures")).status_code == 201
    (request,) = await wanted(house, case, "disclosures")
    assert (await house.deliver(request)).outcome == "sent"
    assert await said(house, case) == [0]
    await house.webhook("cb-back", receipt_of(message_id_of(request), "failed"))
    assert await said(house, case) == [0, 4]


async def test_what_another_debtor_was_told_tells_the_borrower_nothing(house: House) -> None:
    case = await house.triaged("two")
    person = await party(house, case, "two-2")
    told: dict[str, Any] = {"disclosed": ["process", "rights", "complaint_route", "next_steps"]}
    body = RELIEF | told | {"person_id": str(person)}
    answer = await house.post(f"/v1/cases/{case.case_id}/conversations", body, "two")
    assert answer.status_code == 201, answer.text
    assert await said(house, case) == []
