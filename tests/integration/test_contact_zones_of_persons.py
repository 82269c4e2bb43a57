"""Where the person is who is contacted: a joint debtor or a third party need not be where the borrower is."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import UUID

import pytest
import pytest_asyncio

from services.common.contracts.events.cases import CaseTriaged
from services.common.contracts.workflows import PartyInput
from tests.databases import FreshDatabase
from tests.integration.contact_facts import case_of
from tests.integration.contact_house import House
from tests.integration.contact_people import party, tell

# Half past seven in the morning in California, half past ten in New York, half past ten at night in Shanghai.
MORNING = datetime(2026, 7, 15, 14, 30, tzinfo=UTC)
EASTERN, PACIFIC, SHANGHAI = "America/New_York", "America/Los_Angeles", "Asia/Shanghai"
A_NEW_YORK_NUMBER, A_CALIFORNIAN_NUMBER, A_CHINESE_NUMBER = "+12125550123", "+13105550123", "+8613900000077"


@pytest_asyncio.fixture(loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("contact"), MORNING)
    yield made
    await made.close()


async def borrowed(house: House, name: str, zone: str, number: str) -> CaseTriaged:
    """A case in the United States whose borrower has a number there."""
    house.intake.phones[case_of(name).case_id] = number
    return await house.triaged(name, pack="us", language="en", time_zones=(zone,))


async def joined(house: House, case: CaseTriaged, name: str, **facts: str) -> str:
    """A joint debtor as the bank knows this person."""
    person = await party(house, case, name)
    house.intake.further[UUID(person)] = facts
    await house.cases.numbers.learn_party(PartyInput(case_id=case.case_id, party_id=UUID(person)))
    return person


async def refused(house: House, case: CaseTriaged, key: str, **changes: object) -> list[str]:
    rules: list[str] = (await house.ask(case, key, **changes)).json()["rules"]
    return rules


@pytest.mark.rule("US-01")
async def test_a_joint_debtor_in_california_is_not_woken_at_the_borrowers_hour(house: House) -> None:
    case = await borrowed(house, "east", EASTERN, A_NEW_YORK_NUMBER)
    person = await joined(house, case, "west-jo", phone=A_CALIFORNIAN_NUMBER, time_zone=PACIFIC)
    assert "US-01" not in await refused(house, case, "east-borrower")
    early = (await house.ask(case, "east-jo", party_id=person)).json()
    assert "US-01" in early["rules"]
    assert datetime.fromisoformat(early["earliest"]) == datetime(2026, 7, 15, 15, 0, tzinfo=UTC)


@pytest.mark.rule("US-01")
async def test_a_joint_debtor_in_new_york_is_not_bound_to_the_borrowers_night(house: House) -> None:
    case = await borrowed(house, "west", PACIFIC, A_CALIFORNIAN_NUMBER)
    person = await joined(house, case, "east-jo", phone=A_NEW_YORK_NUMBER, time_zone=EASTERN)
    assert "US-01" in await refused(house, case, "west-borrower")
    assert "US-01" not in await refused(house, case, "west-jo", party_id=person)


async def test_numbers_tell_where_a_party_is_of_whom_nobody_said_it_and_further_ones_count(house: House) -> None:
    case = await borrowed(house, "told", PACIFIC, A_CALIFORNIAN_NUMBER)
    person = await joined(house, case, "told-jo", phone=A_NEW_YORK_NUMBER)
    known = "SELECT time_zones FROM party WHERE borrower_id = :person"
    assert await house.scalar(known, person=person) == [EASTERN]
    assert "US-01" not in await refused(house, case, "told-jo", party_id=person)
    told = {"kind": "phone", "value": A_CALIFORNIAN_NUMBER, "provenance": "debtor_authorisation", "party_id": person}
    assert (await tell(house, case, "numbers", "told-number", **told)).status_code == 201
    assert await house.scalar(known, person=person) == [EASTERN, PACIFIC]
    assert "US-01" in await refused(house, case, "told-again", party_id=person)


async def test_of_whom_nothing_is_known_the_borrowers_place_counts(house: House) -> None:
    case = await borrowed(house, "nothing", PACIFIC, A_CALIFORNIAN_NUMBER)
    person = await party(house, case, "nobody-jo")
    assert "US-01" in await refused(house, case, "nothing-jo", party_id=person)


@pytest.mark.rule("CN-01")
@pytest.mark.rule("CN-04")
async def test_a_third_party_is_asked_by_the_clock_of_its_own_number(house: House) -> None:
    house.intake.phones[case_of("far").case_id] = A_NEW_YORK_NUMBER
    case = await house.triaged("far", time_zones=(EASTERN,))
    asks = {"reason": "lost_contact", "content": "ask_contact_details"}
    for name, number, night in (("near", A_NEW_YORK_NUMBER, False), ("away", A_CHINESE_NUMBER, True)):
        friend = {"role": "friend", "name": "Wang Wei", "number": number, "provenance": "contact_notice"}
        kept = (await tell(house, case, "third-parties", f"far-{name}", **friend)).json()
        asked = {"third_party_id": kept["third_party_id"], **asks}
        found = await refused(house, case, f"far-ask-{name}", third_party=asked)
        assert ("CN-01" in found) is night, (name, found)


async def test_the_day_of_an_attempt_is_that_of_the_person_called(house: House) -> None:
    case = await borrowed(house, "day", EASTERN, A_NEW_YORK_NUMBER)
    # Ten in the evening in New York is the next morning in Shanghai.
    house.clock.move_to(datetime(2026, 7, 16, 2, 0, tzinfo=UTC))
    await house.beat()
    person = await joined(house, case, "day-jo", phone=A_CHINESE_NUMBER, time_zone=SHANGHAI)
    await house.post(f"/v1/cases/{case.case_id}/brief", None, "day-brief")
    permit = (await house.ask(case, "day-call", party_id=person)).json()
    assert permit["verdict"] == "permitted", permit["rules"]
    outcome = {"permit_id": permit["permit_id"], "outcome": "NO_ANSWER", "party_verified": False}
    made = await house.post(f"/v1/cases/{case.case_id}/conversations", outcome, "day-outcome")
    assert made.status_code == 201, made.text
    assert str(await house.scalar("SELECT local_day FROM attempt")) == "2026-07-16"
