"""What the relay reads and marks in the outbox."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, update

from services.common.runtime.database import Database
from services.common.runtime.outbox import Sink
from services.common.runtime.relay.lease import HELD, Lease, held_by
from services.common.runtime.sql import Sql

BATCH = 500
KEPT = timedelta(days=7)
"""How long a delivered row stays, by wall time: so long `forbear republish` can feed a lost topic again."""

# Ids come as one array: a statement with a place for each would be another statement for each number of them.
_WAITING = (
    "SELECT id, kind, target, key, name, CAST(headers AS text) AS headers, body FROM outbox "
    "WHERE sink = :sink AND published_at IS NULL ORDER BY "
)
# Events keep their order, so one that cannot be sent holds up what follows. Starts and nudges need none: what failed
# goes behind what was tried less often, or a batch of rows that always fail would keep all later ones waiting.
WAITING = {
    sink: Sql(f"{_WAITING}{order} LIMIT :batch") for sink, order in (("kafka", "id"), ("temporal", "attempts, id"))
}
MARK = Sql(
    f"""
    UPDATE outbox SET published_at = now(), last_error = NULL
    WHERE id = ANY(CAST(:ids AS bigint[])) AND {HELD} RETURNING id
    """  # noqa: S608 - our own text
)
# The age of the row finds it by an index; the age of its delivery decides, because it may have been sent again.
PRUNE = Sql(
    f"""
    DELETE FROM outbox WHERE id IN (
        SELECT id FROM outbox
        WHERE created_at < now() - CAST(:kept AS interval) AND published_at < now() - CAST(:kept AS interval)
        ORDER BY created_at LIMIT :batch
    ) AND {HELD} RETURNING id
    """  # noqa: S608 - our own text
)


async def waiting(database: Database, sink: Sink) -> Sequence[Row[Any]]:
    """A batch of the rows of a sink that are not yet delivered: events by their ids, the others least tried first."""
    async with database.read() as session:
        return (await WAITING[sink].run(session, {"sink": sink, "batch": BATCH})).all()


async def mark_delivered(database: Database, lease: Lease, ids: Sequence[int]) -> bool:
    """Mark rows as delivered; False, and nothing changed, when the lease is no longer ours."""
    if not ids:
        return True
    async with database.read() as session:
        marked = await MARK.run(session, {"ids": list(ids), **held_by(lease)})
        return len(marked.all()) == len(ids)


async def note_failure(database: Database, ids: Sequence[int], error: str) -> None:
    """Count an attempt that failed and keep the class of the error."""
    outbox = database.tables.outbox
    async with database.read() as session:
        await session.execute(
            update(outbox)
            .where(outbox.c.id.in_(ids), outbox.c.published_at.is_(None))
            .values(attempts=outbox.c.attempts + 1, last_error=error[:200])
        )


async def prune(database: Database, lease: Lease) -> int:
    """Delete a batch of the rows that were delivered long ago; how many, and none when the lease is no longer ours."""
    async with database.read() as session:
        return len((await PRUNE.run(session, {"kept": KEPT, "batch": BATCH, **held_by(lease)})).all())


async def republish(database: Database, since: Any) -> int:
    """Put events of the outbox since an instant back to waiting, for a topic that was lost; returns how many."""
    outbox = database.tables.outbox
    async with database.read() as session:
        again = await session.execute(
            update(outbox)
            .where(outbox.c.sink == "kafka", outbox.c.created_at >= since, outbox.c.published_at.is_not(None))
            .values(published_at=None)
            .returning(outbox.c.id)
        )
        return len(again.all())
