"""Whatever happens in whatever order, and however many ask at once: no cap is exceeded and no hour left."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from services.contact.repository import permits
from tests.databases import FreshDatabase
from tests.integration.contact_histories import APART, START, Call, History, within_caps
from tests.integration.contact_house import House

SEEDS = range(4)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def url(fresh_database: FreshDatabase) -> str:
    return await fresh_database("contact")


@pytest_asyncio.fixture(loop_scope="session")
async def house(url: str) -> AsyncIterator[House]:
    made = House(url)
    yield made
    await made.close()


@pytest.mark.rule("CN-01")
@pytest.mark.rule("CN-02")
@pytest.mark.rule("CN-03")
@pytest.mark.rule("US-01")
@pytest.mark.rule("US-04")
@pytest.mark.parametrize("seed", SEEDS)
async def test_no_history_exceeds_a_cap_or_leaves_the_hours(house: House, seed: int) -> None:
    history = History(house, seed)
    await history.begin()
    await history.play()
    assert history.counted["permitted"] >= 5, "a history in which nothing may be done shows nothing"


async def test_a_guard_without_its_lock_is_caught(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def no_lock(*_: Any) -> None:
        return None

    monkeypatch.setattr(permits, "lock_budget", no_lock)
    monkeypatch.setattr(permits, "lock_number", no_lock)
    with pytest.raises(AssertionError, match=r"CN-0[23]|US-04"):
        for seed in range(100, 105):
            history = History(house, seed)
            await history.begin()
            await history.play()


def test_two_calls_about_a_debt_within_two_hours_are_caught() -> None:
    first, later = (Call("us", "p", "c", "n", START + wait, False) for wait in (timedelta(), APART))
    within_caps([later, first])
    early = Call("us", "p", "c", "n", later.at - timedelta(minutes=1), False)
    with pytest.raises(AssertionError, match="US-04 within two hours"):
        within_caps([first, early])
    within_caps([first, Call("us", "p", "another debt", "n", early.at, False)])
