"""SQL of the bank's outbox."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sandbox.store import Tx, ring
from services.common.contracts.envelope import EventPayload
from services.common.runtime.clock import wall_now

#: Rung when there is something to say.
BELL = "feed"

# A row that is kept back for a later day is not waiting yet.
_WAITING = "sent_at IS NULL AND (release_on IS NULL OR release_on <= (SELECT closed_through FROM bank_day))"


async def add(
    tx: Tx,
    payload: EventPayload,
    reference: str,
    at: datetime,
    *,
    everywhere: bool,
    copies: int,
    release_on: date | None,
) -> None:
    """Add one event; ids are given in commit order where the caller holds the bank's day."""
    await tx.execute(
        """
        INSERT INTO feed_outbox (topic, key, event_id, event_type, body, at, everywhere, copies, release_on)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """,
        payload.topic,
        payload.key(),
        reference,
        payload.type,
        payload.model_dump_json().encode(),
        at,
        everywhere,
        copies,
        release_on,
    )
    ring(BELL)


async def unsent(tx: Tx, limit: int) -> list[Any]:
    """The rows that wait, oldest first."""
    rows: list[Any] = await tx.fetch(f"SELECT * FROM feed_outbox WHERE {_WAITING} ORDER BY id LIMIT $1", limit)  # noqa: S608
    return rows


async def mark_sent(tx: Tx, ids: Sequence[int]) -> None:
    """Remember that the broker acknowledged these rows."""
    await tx.execute("UPDATE feed_outbox SET sent_at = $2 WHERE id = ANY($1::bigint[])", list(ids), wall_now())


async def mark_unsent(tx: Tx, since: datetime) -> int:
    """Let the rows acknowledged since this wall instant wait again; returns how many."""
    rows = await tx.fetch("UPDATE feed_outbox SET sent_at = NULL WHERE sent_at >= $1 RETURNING id", since)
    ring(BELL)
    return len(rows)
