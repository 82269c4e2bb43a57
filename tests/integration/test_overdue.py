"""Overdue obligations: their workflow is nudged, once for all it owes, and again when it still owes it much later."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from services.common.contracts.workflows import LOOK
from services.common.kernel.clock import FixedClock
from services.common.kernel.ids import business_uuid
from services.common.runtime import outbox
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.obligations import Obligation, Owner
from services.contact.models import TABLES
from tests.databases import FreshDatabase

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
AGAIN_AFTER = timedelta(minutes=15)
CASE = business_uuid("case", "overdue")


@pytest.fixture
async def database(fresh_database: FreshDatabase) -> AsyncIterator[Database]:
    made = Database("contact", await fresh_database("contact"), FixedClock(NOW), TABLES)
    yield made
    await made.close()


async def oblige(database: Database, kind: str, due_at: datetime, owner: Owner = "workflow", work: str = "w/1") -> None:
    async with database.write(Caller.service("contact", "test")) as uow:
        await uow.oblige(Obligation(CASE, kind, kind, owner, due_at, work if owner == "workflow" else None))


async def nudged(database: Database, now: datetime = NOW) -> int:
    return await outbox.nudge_overdue(database, now, now, now - AGAIN_AFTER)


async def test_only_what_is_due_and_owed_by_a_workflow_is_nudged(database: Database) -> None:
    await oblige(database, "later", NOW + timedelta(seconds=1))
    await oblige(database, "of-a-person", NOW, "person")
    await oblige(database, "of-the-outside", NOW, "outside")
    assert await nudged(database) == 0
    await oblige(database, "due", NOW)
    assert await nudged(database) == 1
    table = database.tables.outbox
    async with database.read() as session:
        row = (await session.execute(select(table))).one()
    assert (row.sink, row.kind, row.target, row.key, row.name) == ("temporal", "nudge", "contact", "w/1", LOOK)
    assert row.case_id == CASE and bytes(row.body) == b"" and row.published_at is None


async def test_a_workflow_hears_once_of_all_it_owes_and_again_after_a_while(database: Database) -> None:
    for kind in ("one", "two"):
        await oblige(database, kind, NOW)
    await oblige(database, "of-another", NOW, work="w/2")
    assert await nudged(database) == 2
    assert await nudged(database, NOW + AGAIN_AFTER - timedelta(seconds=1)) == 0
    assert await nudged(database, NOW + AGAIN_AFTER) == 2
    async with database.write(Caller.service("contact", "test")) as uow:
        for kind in ("one", "two"):
            assert await uow.meet(kind, kind)
    assert await nudged(database, NOW + 2 * AGAIN_AFTER) == 1
