"""Where a borrower may be: by the bank's word and by numbers; when it is night in one place, nobody is contacted."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from tests.databases import FreshDatabase
from tests.integration.contact_facts import case_of
from tests.integration.contact_house import House

# Half past seven in the morning in California, half past ten in New York.
MORNING = datetime(2026, 7, 15, 14, 30, tzinfo=UTC)
EIGHT_IN_CALIFORNIA = datetime(2026, 7, 15, 15, 0, tzinfo=UTC)
EASTERN, PACIFIC = "America/New_York", "America/Los_Angeles"
A_NEW_YORK_NUMBER, A_CALIFORNIAN_NUMBER = "+12125550123", "+13105550123"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("contact"), MORNING)
    yield made
    await made.close()


async def zones_of(house: House, name: str) -> object:
    case_id = case_of(name).case_id
    return await house.scalar("SELECT time_zones FROM contact_case WHERE case_id = :case", case=case_id)


@pytest.mark.rule("US-01")
async def test_an_eastern_phone_and_a_pacific_address_leave_the_hours_of_both(house: House) -> None:
    house.intake.phones[case_of("both").case_id] = A_NEW_YORK_NUMBER
    case = await house.triaged("both", pack="us", language="en", time_zones=(PACIFIC,))
    assert await zones_of(house, "both") == [PACIFIC, EASTERN]
    refused = (await house.ask(case, "both-early")).json()
    assert "US-01" in refused["rules"]
    assert datetime.fromisoformat(refused["earliest"]) == EIGHT_IN_CALIFORNIA


@pytest.mark.rule("US-01")
async def test_a_number_of_the_same_place_changes_nothing(house: House) -> None:
    house.intake.phones[case_of("same").case_id] = A_NEW_YORK_NUMBER
    case = await house.triaged("same", pack="us", language="en", time_zones=(EASTERN,))
    assert await zones_of(house, "same") == [EASTERN]
    assert (await house.ask(case, "same-now")).json()["verdict"] == "permitted"


async def test_a_further_number_counts_for_every_open_case_and_every_number(house: House) -> None:
    house.intake.phones[case_of("first").case_id] = A_NEW_YORK_NUMBER
    first = await house.triaged("first", borrower="traveller", pack="us", language="en", time_zones=(EASTERN,))
    told = {"kind": "phone", "value": A_CALIFORNIAN_NUMBER, "provenance": "debtor_authorisation"}
    answer = await house.post(f"/v1/cases/{first.case_id}/numbers", told, "traveller-number")
    assert answer.status_code == 201, answer.text
    assert await zones_of(house, "first") == [EASTERN, PACIFIC]
    assert "US-01" in (await house.ask(first, "traveller-early")).json()["rules"]

    house.intake.phones[case_of("second").case_id] = A_NEW_YORK_NUMBER
    await house.triaged("second", borrower="traveller", pack="us", language="en", time_zones=(EASTERN,))
    assert await zones_of(house, "second") == [EASTERN, PACIFIC]
