"""SQL of where a borrower may be."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.contact.models import Number

_NOT_THEIRS = "wrong_number"


async def zones_of_numbers(session: AsyncSession, borrower_id: UUID) -> list[list[str]]:
    """The zones in which each number of a person may be, opted out of or not: it is theirs all the same."""
    found = select(col(Number.zones)).where(
        col(Number.borrower_id) == borrower_id,
        col(Number.zones) != [],
        col(Number.barred_for).is_distinct_from(_NOT_THEIRS),
    )
    return list((await session.execute(found.distinct().order_by(col(Number.zones)))).scalars())
