"""SQL of single numbers: kept, confirmed, barred, each change with a new version."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.contact.models import Number


async def find(session: AsyncSession, number_id: UUID) -> Number | None:
    return await session.get(Number, number_id)


async def lock_number_of(session: AsyncSession, number_id: UUID) -> Number | None:
    """One number or address of one person in one channel, locked until the transaction ends."""
    found = select(Number).where(col(Number.number_id) == number_id).with_for_update()
    return (await session.execute(found.execution_options(populate_existing=True))).scalar_one_or_none()


async def add_number(session: AsyncSession, values: dict[str, Any]) -> bool:
    """Keep a number; False when the person has it in this channel already: it stays as it is, barred or not."""
    row = insert(Number).values(**values).on_conflict_do_nothing().returning(col(Number.number_id))
    return (await session.execute(row)).first() is not None


async def bar(
    session: AsyncSession, borrower_id: UUID, digest: str, channels: Sequence[str], why: str, at: datetime
) -> int:
    """Bar a number for one person, in these channels; how many rows that were."""
    barred = await session.execute(
        update(Number)
        .where(
            col(Number.borrower_id) == borrower_id,
            col(Number.digest) == digest,
            col(Number.barred_at).is_(None),
            col(Number.channel).in_(channels),
        )
        .values(barred_at=at, barred_for=why, version=Number.version + 1)
        .returning(col(Number.number_id))
    )
    return len(barred.all())


async def bar_one(session: AsyncSession, number_id: UUID, why: str, at: datetime) -> bool:
    """Bar one number or address of one person in its channel; False when it was barred before."""
    barred = await session.execute(
        update(Number)
        .where(col(Number.number_id) == number_id, col(Number.barred_at).is_(None))
        .values(barred_at=at, barred_for=why, version=Number.version + 1)
        .returning(col(Number.number_id))
    )
    return barred.first() is not None


async def used(session: AsyncSession, borrower_id: UUID, digest: str, day: date) -> Sequence[UUID]:
    """The person used a number: it is theirs, in every channel. Which of their numbers that changed."""
    row = await session.execute(
        update(Number)
        .where(
            col(Number.borrower_id) == borrower_id,
            col(Number.digest) == digest,
            or_(col(Number.confirmed_on).is_(None), col(Number.confirmed_on) < day),
        )
        .values(confirmed_on=day, version=Number.version + 1)
        .returning(col(Number.number_id))
    )
    return [number_id for (number_id,) in row.all()]
