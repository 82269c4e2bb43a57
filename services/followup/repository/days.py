"""The days the bank has closed, partition by partition of its feed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.common.runtime.sql import Sql
from services.followup.vocabulary import ACTIVE_STATES, Channel

# A statement of its own: one that waited for a lock reads what there was before it waited.
_LOCK_CLOSINGS = Sql("SELECT pg_advisory_xact_lock(hashtextextended('closed_day', 1))")
# Runs for every day and partition: what cannot change anything is settled in one statement.
_CLOSE_DAY = Sql(
    """
    WITH said AS (
        SELECT unnest(CAST(:closing AS int[])) AS partition
    ), known AS (
        INSERT INTO closing (partition, business_date, source, known_at)
        SELECT partition, :day, :source, :at FROM said ON CONFLICT DO NOTHING
    ), moved AS (
        INSERT INTO closed_day (partition, closed_through) SELECT partition, :day FROM said
        ON CONFLICT (partition) DO UPDATE
        SET closed_through = greatest(closed_day.closed_through, excluded.closed_through)
        RETURNING closed_through
    ), days AS (
        SELECT closed_through FROM moved
        UNION ALL SELECT closed_through FROM closed_day WHERE partition <> ALL(:closing)
    ), closed AS (
        SELECT min(closed_through) AS through FROM days HAVING count(*) >= :partitions
    )
    SELECT through, EXISTS (
        SELECT FROM agreement WHERE state = ANY(:active) AND judge_on <= through
    ) AS decides, EXISTS (
        SELECT FROM promise WHERE state = 'ACTIVE' AND last_good_day <= through
    ) AS ends_promises, EXISTS (
        SELECT FROM regulatory_clock WHERE state = 'running' AND check_on <= through
    ) AS moves_clocks FROM closed
    """
)


@dataclass(frozen=True, slots=True)
class Closing:
    """What closing a day on a partition came to: the last day closed on all of them, and whether it can change an
    agreement, end a promise or move a clock of the law."""

    through: date
    decides: bool
    ends_promises: bool
    moves_clocks: bool


async def close_day(
    session: AsyncSession, closing: Sequence[int], day: date, source: Channel, at: datetime, partitions: int
) -> Closing | None:
    """Move the closed day of the partitions that are `closing` forward, never back.

    Closings come one after another, so that of several partitions closing at once the last one sees all of them. None
    while one of them has not said any.
    """
    await _LOCK_CLOSINGS.run(session, {})
    values: dict[str, Any] = {
        "closing": list(closing),
        "day": day,
        "source": source.value,
        "at": at,
        "partitions": partitions,
    }
    values["active"] = list(ACTIVE_STATES)
    row = (await _CLOSE_DAY.run(session, values)).one_or_none()
    return None if row is None else Closing(row.through, row.decides, row.ends_promises, row.moves_clocks)
