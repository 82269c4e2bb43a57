"""Who owes the debt of a case beside its borrower."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.intake.models import Borrower, Party


async def add(session: AsyncSession, values: dict[str, Any]) -> bool:
    """Add a party; False when the case has this person already."""
    row = insert(Party).values(**values).on_conflict_do_nothing().returning(col(Party.borrower_id))
    return (await session.execute(row)).first() is not None


async def role_of(session: AsyncSession, case_id: UUID, borrower_id: UUID) -> str | None:
    """What a person is in a case; None for nobody's party."""
    query = select(col(Party.role)).where(col(Party.case_id) == case_id, col(Party.borrower_id) == borrower_id)
    return (await session.execute(query)).scalar_one_or_none()


async def of_case(session: AsyncSession, case_id: UUID) -> list[tuple[Party, Borrower]]:
    """The parties of a case with what is known of them, in the order of adding."""
    query = (
        select(Party, Borrower)
        .join(Borrower, col(Borrower.borrower_id) == col(Party.borrower_id))
        .where(col(Party.case_id) == case_id)
    )
    rows = await session.execute(query.order_by(col(Party.added_at), col(Party.borrower_id)))
    return [(party, person) for party, person in rows]
