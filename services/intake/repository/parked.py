"""Events that wait for their turn, in the order of their arrival."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.intake.models import ParkedEvent


async def park(session: AsyncSession, values: dict[str, Any]) -> bool:
    """Keep an event; False when it is kept already."""
    kept = await session.execute(
        insert(ParkedEvent).values(**values).on_conflict_do_nothing().returning(col(ParkedEvent.event_id))
    )
    return kept.first() is not None


async def waiting(session: AsyncSession, case_id: UUID) -> Sequence[ParkedEvent]:
    """The events of a case that wait, oldest first."""
    query = select(ParkedEvent).where(col(ParkedEvent.case_id) == case_id, col(ParkedEvent.settled_at).is_(None))
    return (await session.execute(query.order_by(col(ParkedEvent.number)))).scalars().all()


async def settle(session: AsyncSession, event: ParkedEvent, outcome: str, now: datetime) -> None:
    """Settle an event that waits no longer."""
    event.settled_at, event.outcome = now, outcome
    await session.flush()


async def settle_all(session: AsyncSession, case_id: UUID, outcome: str, now: datetime) -> None:
    """Settle what still waits for a case that has ended."""
    await session.execute(
        update(ParkedEvent)
        .where(col(ParkedEvent.case_id) == case_id, col(ParkedEvent.settled_at).is_(None))
        .values(settled_at=now, outcome=outcome)
    )
