"""An event that comes too early while the one before it is just being applied: neither waits for ever."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from sqlalchemy import func, select

from services.common.contracts.events.cases import CaseAssigned
from services.common.kernel.ids import business_uuid
from services.common.runtime.consumer.apply import Applied, Applier
from services.common.runtime.consumer.handlers import Handlers, Received
from services.common.runtime.consumer.held import RawMessage
from services.common.runtime.database import Database
from services.common.runtime.unit_of_work import UnitOfWork
from tests.databases import Databases
from tests.integration import probe

CASE = business_uuid("case", "early", "events")


@pytest.fixture
async def database(databases: Databases) -> AsyncIterator[Database]:
    made = await probe.with_tables(await databases.empty("early"))
    yield made
    await made.close()


def message(version: int, case_id: UUID = CASE) -> RawMessage:
    return probe.assigned(case_id, version, f"agent-{version}", partition=1)


async def _held(database: Database, count: int) -> None:
    """Wait until so many messages are held, as others see it."""
    held = probe.TABLES.held_message
    async with asyncio.timeout(10):
        while True:
            async with database.read() as session:
                if (await session.execute(select(func.count()).select_from(held))).scalar_one() >= count:
                    return


@pytest.mark.parametrize("before", [1, 2], ids=["first of its stream", "later in its stream"])
async def test_the_early_one_is_applied_after_the_one_that_is_being_applied(database: Database, before: int) -> None:
    async def slow(uow: UnitOfWork, received: Received[CaseAssigned]) -> None:
        # The stream is moved, and not yet committed, while the next event arrives and is written down as waiting.
        await _held(database, 1)
        await probe.record(uow, received)

    plain = probe.applier(database)
    for version in range(1, before):
        assert (await plain.apply(message(version))).outcome == "applied"
    handlers = Handlers()
    handlers.on(CaseAssigned, slow)
    outcomes = await asyncio.gather(
        Applier(database, handlers).apply(message(before)), _after_the_move(database, plain, before)
    )
    assert [one.outcome for one in outcomes] == ["applied", "waiting"]
    assert [version for _, version, _ in await probe.effects(database)] == list(range(1, before + 2))


async def _after_the_move(database: Database, plain: Applier, before: int) -> Applied:
    """Apply the event after `before` once somebody holds a lock on the row of the stream, or is just making it."""
    async with asyncio.timeout(10), database.engine.connect() as connection:
        while not (
            await connection.exec_driver_sql(
                "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()"
                " AND state = 'idle in transaction' AND backend_xid IS NOT NULL)"
            )
        ).scalar_one():
            await connection.rollback()
    return await plain.apply(message(before + 1))
