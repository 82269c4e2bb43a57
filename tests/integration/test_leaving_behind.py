"""What a transaction leaves behind: all of it with the commit, in its order, each stream without gaps, a step once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from pydantic import BaseModel
from sqlalchemy import select, text

from services.common.contracts.events.cases import CaseAssigned
from services.common.contracts.workflows import LOOK
from services.common.kernel.clock import FixedClock
from services.common.kernel.ids import business_uuid
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.intake.models import TABLES
from tests.databases import FreshDatabase
from tests.waiting import until

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ONE, TWO = business_uuid("case", "one"), business_uuid("case", "two")
CALLER = Caller("staff-lin", frozenset({"agent"}), "correlation-1")


@pytest.fixture
async def database(fresh_database: FreshDatabase) -> AsyncIterator[Database]:
    made = Database("intake", await fresh_database("intake"), FixedClock(NOW), TABLES)
    yield made
    await made.close()


def assigned(case_id: UUID) -> CaseAssigned:
    return CaseAssigned(case_id=case_id, assignee="staff-lin")


async def left(database: Database) -> list[Any]:
    outbox = database.tables.outbox
    async with database.read() as session:
        return list((await session.execute(select(outbox).order_by(outbox.c.id))).all())


async def test_events_and_nudges_keep_their_order_and_streams_have_no_gap(database: Database) -> None:
    async with database.write(CALLER) as uow:
        await uow.emit(assigned(ONE))
        await uow.nudge("case/one", ONE)
        await uow.emit(assigned(TWO))
        await uow.emit(assigned(ONE))
        await uow.audit("case.assigned", f"case/{ONE}", case_id=ONE, before={"to": None}, detail={"to": "staff-lin"})
    async with database.write(CALLER) as uow:
        await uow.emit(assigned(ONE))
    rows = await left(database)
    events = [(row.key, row.headers["ce_caseversion"]) for row in rows if row.kind == "event"]
    assert events == [(str(ONE), "1"), (str(TWO), "1"), (str(ONE), "2"), (str(ONE), "3")]
    assert [row.kind for row in rows] == ["event", "nudge", "event", "event", "event"]
    assert {row.headers["ce_id"] for row in rows if row.kind == "event"} == {
        f"{key}/{version}" for key, version in events
    }
    assert (rows[1].sink, rows[1].name, rows[1].headers, bytes(rows[1].body)) == ("temporal", LOOK, {}, b"")
    entries = database.tables.audit_entry
    async with database.read() as session:
        entry = (await session.execute(select(entries))).one()
    assert (entry.actor, entry.case_id, entry.correlation_id) == ("staff-lin", ONE, "correlation-1")
    assert entry.before_hash is not None and entry.after_hash is None and entry.detail == {"to": "staff-lin"}


async def test_nothing_is_left_by_a_transaction_that_fails(database: Database) -> None:
    with pytest.raises(RuntimeError):
        async with database.write(CALLER) as uow:
            await uow.emit(assigned(ONE))
            raise RuntimeError
    assert await left(database) == []


async def test_writers_of_one_stream_come_one_after_another(database: Database) -> None:
    async def write(first: UUID, second: UUID) -> None:
        async with database.write(CALLER) as uow:
            await uow.emit(assigned(first))
            await uow.emit(assigned(second))

    # In both orders at once: whoever is second waits, and nobody for ever.
    await asyncio.gather(*(write(*pair) for _ in range(10) for pair in ((ONE, TWO), (TWO, ONE))))
    rows = await left(database)
    for case_id in (ONE, TWO):
        versions = [int(row.headers["ce_caseversion"]) for row in rows if row.key == str(case_id)]
        assert versions == list(range(1, 21))


class Counted(BaseModel):
    """The result of a step."""

    count: int


async def step(database: Database, key: str, result: int, *, fails: bool = False) -> int:
    """Do a step once under its key; its result, or the one that is kept of it."""
    async with database.write(CALLER) as uow:
        if (kept := await uow.once(key)) is not None:
            return Counted.model_validate(kept).count
        await uow.emit(assigned(ONE))
        await uow.done(key, Counted(count=result))
        if fails:
            raise RuntimeError
        return result


async def test_a_step_is_done_once_and_a_repeat_is_given_its_result(database: Database) -> None:
    assert [await step(database, "case/one/1", 7), await step(database, "case/one/1", 8)] == [7, 7]
    assert await step(database, "case/one/2", 9) == 9
    assert len(await left(database)) == 2, "the repeat has left nothing"


async def test_a_step_that_failed_was_not_done(database: Database) -> None:
    with pytest.raises(RuntimeError):
        await step(database, "case/one/1", 7, fails=True)
    assert await step(database, "case/one/1", 8) == 8
    assert len(await left(database)) == 1


async def test_two_who_do_a_step_at_once_get_one_result(database: Database) -> None:
    claimed = asyncio.Event()

    async def first() -> int:
        async with database.write(CALLER) as uow:
            assert await uow.once("case/one/1") is None
            claimed.set()
            await until(partial(waits_for_a_lock, database), "the second waits for the first")
            await uow.emit(assigned(ONE))
            await uow.done("case/one/1", Counted(count=1))
            return 1

    async def second() -> int:
        await claimed.wait()
        return await step(database, "case/one/1", 2)

    assert [*await asyncio.gather(first(), second())] == [1, 1]
    assert len(await left(database)) == 1
    assert len(set(await asyncio.gather(*(step(database, "case/one/2", number) for number in range(8))))) == 1
    assert len(await left(database)) == 2


async def waits_for_a_lock(database: Database) -> bool:
    """Whether a transaction on this database waits for another one to end."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    async with database.read() as session:
        return bool((await session.execute(text(waiting))).scalar_one())
