"""Messages that are held: each with its partition, and each attempt ends in an outcome whatever the handler does."""

from collections.abc import AsyncIterator
from datetime import date

import pytest
from sqlalchemy import select

from services.common.contracts.events.bank import DayClosed
from services.common.kernel.ids import business_uuid
from services.followup.models import TABLES, ClosedDay
from tests.databases import Databases, FreshDatabase
from tests.integration import probe
from tests.integration.followup_house import House

FIRST, SECOND = date(2026, 3, 2), date(2026, 3, 3)


@pytest.fixture
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("followup"))
    yield made
    await made.close()


async def close(house: House, day: date, partition: int) -> str:
    return await house.hear_bank(DayClosed(business_date=day), f"day-closed-{day}/{partition}", partition)


async def spoil(house: House, partition: int) -> None:
    """The closing of a day arrives on a partition with another day in it than was heard under its id before."""
    assert await close(house, FIRST, partition) == "applied"
    other = DayClosed(business_date=SECOND)
    assert await house.hear_bank(other, f"day-closed-{FIRST}/{partition}", partition) == "dead"


async def closed(house: House) -> dict[int, date]:
    async with house.database.read() as session:
        return {row.partition: row.closed_through for row in (await session.execute(select(ClosedDay))).scalars()}


async def test_a_held_closing_of_a_day_holds_up_its_own_partition_only(house: House) -> None:
    await spoil(house, 2)
    assert await close(house, SECOND, 2) == "waiting"
    assert await close(house, SECOND, 0) == "applied"
    assert await closed(house) == {2: FIRST, 0: SECOND}


async def test_what_waited_is_applied_to_the_partition_it_came_on(house: House) -> None:
    held = TABLES.held_message
    for partition in (2, 3):
        await spoil(house, partition)
        assert await close(house, SECOND, partition) == "waiting"
    async with house.database.read() as session:
        dead = select(held.c.id).where(held.c.status == "dead", held.c.partition == 2)
        message: int = (await session.execute(dead)).scalar_one()
    await house.applier.discard(message, probe.CALLER)
    assert await house.applier.release(message, probe.CALLER) == 1
    assert await closed(house) == {2: SECOND, 3: FIRST}


async def test_a_retry_that_meets_an_error_of_the_code_ends_dead_with_its_class(databases: Databases) -> None:
    database = await probe.with_tables(await databases.empty("held"))
    case_id = business_uuid("case", "held", "broken")
    applier = probe.applier(database)
    message = probe.assigned(case_id, 1, probe.BROKEN, partition=1, offset=7)
    assert (await applier.apply(message)).outcome == "dead"
    held = probe.TABLES.held_message
    async with database.engine.begin() as connection:
        row = (await connection.execute(select(held))).one()
        assert (row.partition, row.reason) == (1, "unexpected KeyError")
        await connection.execute(held.update().values(reason="looked at"))
    assert (await applier.retry(row.id)).outcome == "dead"
    async with database.read() as session:
        assert [(one.status, one.reason) for one in await session.execute(select(held))] == [
            ("dead", "unexpected KeyError")
        ]
    await database.close()
