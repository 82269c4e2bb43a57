"""The days the bank has closed, partition by partition of its feed."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Date, bindparam, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.followup.models import ClosedDay
from services.followup.vocabulary import ACTIVE_STATES

_CLOSED = ClosedDay.__table__  # type: ignore[attr-defined]
_CLOSED_THROUGH = select(func.count(), func.min(_CLOSED.c.closed_through))
_LOCK_CLOSINGS = text("SELECT pg_advisory_xact_lock(hashtextextended('closed_day', 1))")
# Runs for every day and partition: what cannot change anything is settled in one statement.
_CLOSE_DAY = text(
    """
    WITH moved AS (
        INSERT INTO closed_day (partition, closed_through) VALUES (:partition, :day)
        ON CONFLICT (partition) DO UPDATE
        SET closed_through = greatest(closed_day.closed_through, excluded.closed_through)
        RETURNING closed_through
    ), days AS (
        SELECT closed_through FROM moved
        UNION ALL SELECT closed_through FROM closed_day WHERE partition <> :partition
    ), closed AS (
        SELECT min(closed_through) AS through FROM days HAVING count(*) >= :partitions
    )
    SELECT through, EXISTS (
        SELECT FROM agreement WHERE state = ANY(CAST(:active AS text[])) AND judge_on <= through
    ) AS decides FROM closed
    """
).bindparams(bindparam("day", type_=Date), active=list(ACTIVE_STATES))


@dataclass(frozen=True, slots=True)
class Closing:
    """What closing a day on a partition came to: the last day closed on all of them, and whether it can change an
    agreement."""

    through: date
    decides: bool


async def close_day(session: AsyncSession, partition: int, day: date, partitions: int) -> Closing | None:
    """Move the closed day of a partition forward, never back. Closings come one after another, so that of several
    partitions closing at once the last one sees all of them. None while one of them has not said any."""
    await session.execute(_LOCK_CLOSINGS)
    values = {"partition": partition, "day": day, "partitions": partitions}
    row = (await session.execute(_CLOSE_DAY, values)).one_or_none()
    return None if row is None else Closing(row.through, row.decides)


async def closed_through(session: AsyncSession, partitions: int) -> date | None:
    """The last day that is closed on all of the feed's partitions, None while one of them has not said any."""
    row = (await session.execute(_CLOSED_THROUGH)).one()
    return row[1] if row[0] >= partitions else None
