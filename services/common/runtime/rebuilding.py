"""Making workflows again from the database, when the server that ran them lost its store.

The database says what must run: whoever looks finds there how far things are, so a workflow that begins anew goes on
where the lost one was. One that runs still is left alone; its start is delivered like any second start of an id.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.common.contracts.workflows import Message
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.relay.store import KEPT

BATCH = 500


@dataclass(frozen=True, slots=True)
class MustRun:
    """A workflow of a service that is not over, as it was started."""

    workflow: str
    workflow_id: str
    argument: Message
    case_id: UUID


@dataclass(frozen=True, slots=True)
class Rebuild:
    """What a service knows of its workflows: `covers` are those that `source` names whenever they must run."""

    covers: frozenset[str] = frozenset()
    source: Callable[[AsyncSession], AsyncIterator[MustRun]] | None = None


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How many starts were left again: of what the database says must run, and of what was started of late."""

    must_run: int
    started_of_late: int


async def rebuild(database: Database, what: Rebuild, progress: Callable[[int], None]) -> Rebuilt:
    """Leave the starts of a service in its outbox; `progress` hears how many, a batch at a time."""
    must_run = 0
    if what.source is not None:
        async with database.read() as session:
            batch: list[MustRun] = []
            async for one in what.source(session):
                batch.append(one)
                if len(batch) == BATCH:
                    must_run += await _start(database, batch, progress)
                    batch = []
            must_run += await _start(database, batch, progress)
    late = await _start_again(database, what.covers, KEPT)
    progress(late)
    return Rebuilt(must_run, late)


async def _start(database: Database, batch: list[MustRun], progress: Callable[[int], None]) -> int:
    if batch:
        async with database.write(Caller.service(database.service, "rebuild")) as uow:
            for one in batch:
                await uow.start(one.workflow, one.workflow_id, one.argument, one.case_id)
        progress(len(batch))
    return len(batch)


async def _start_again(database: Database, covered: frozenset[str], kept: timedelta) -> int:
    """Starts for others, such as messages, that may never have come to their first step."""
    outbox = database.tables.outbox
    of_late = (
        outbox.c.kind == "start",
        outbox.c.name.not_in(covered),
        outbox.c.created_at >= func.now() - kept,
        outbox.c.published_at.is_not(None),
    )
    async with database.read() as session:
        again = update(outbox).where(*of_late).values(published_at=None, attempts=0).returning(outbox.c.id)
        return len((await session.execute(again)).all())
