"""SQL of holds under which nobody makes new terms."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.common.runtime.sql import Sql

KEEP = Sql(
    """
    INSERT INTO hold (hold_id, borrower_id, starts_at, ends_at)
    VALUES (:hold_id, :borrower_id, :starts_at, :ends_at)
    ON CONFLICT (hold_id) DO UPDATE SET ends_at = excluded.ends_at
    """
)
LIFT = Sql("UPDATE hold SET ends_at = :lifted_at WHERE hold_id = :hold_id")
IN_FORCE = Sql(
    """
    SELECT ends_at FROM hold
    WHERE borrower_id = :borrower_id AND starts_at <= :now AND (ends_at IS NULL OR ends_at > :now)
    ORDER BY ends_at DESC NULLS FIRST LIMIT 1
    """
)


async def keep(session: AsyncSession, values: Mapping[str, Any]) -> None:
    """Keep a hold, or its new end."""
    await KEEP.run(session, values)


async def lift(session: AsyncSession, hold_id: UUID, lifted_at: datetime) -> None:
    """A hold has ended; nothing when it is none of ours."""
    await LIFT.run(session, {"hold_id": hold_id, "lifted_at": lifted_at})


async def held_until(session: AsyncSession, borrower_id: UUID, now: datetime) -> tuple[bool, datetime | None]:
    """Whether a person is held at an instant, and until when as far as that is known."""
    row = (await IN_FORCE.run(session, {"borrower_id": borrower_id, "now": now})).one_or_none()
    return row is not None, None if row is None else row.ends_at
