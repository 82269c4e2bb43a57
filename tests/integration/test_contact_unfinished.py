"""A conversation that was begun counts, whether or not somebody records what came of it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from tests.databases import FreshDatabase
from tests.integration.contact_facts import case_of
from tests.integration.contact_house import House
from tests.integration.contact_talks import Talk

EASTERN: dict[str, Any] = {"pack": "us", "language": "en", "time_zones": ("America/New_York",)}


@pytest_asyncio.fixture
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("contact"))
    # Ten in the morning in New York.
    made.clock.advance(timedelta(hours=13))
    yield made
    await made.close()


@pytest.mark.rule("US-05")
async def test_who_never_records_an_outcome_may_not_call_again_for_it(house: House) -> None:
    house.intake.phones[case_of("unfinished").case_id] = "+12125550123"
    case = await house.triaged("unfinished", **EASTERN)
    talk = await Talk.begin(house, case, "unfinished")
    assert talk.begun.status_code == 201, talk.begun.text
    house.clock.advance(timedelta(days=2))
    await house.beat()
    refused = (await house.ask(case, "again")).json()
    assert refused["verdict"] == "refused" and "US-05" in refused["rules"]

    # What came of it is recorded late: nobody answered, so it starts no silence.
    assert (await talk.end("NO_ANSWER", party_verified=False)).status_code == 201
    assert (await house.ask(case, "after")).json()["verdict"] == "permitted"
