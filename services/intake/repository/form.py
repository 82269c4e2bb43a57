"""SQL of the intake form."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.intake.models import FormEntry


async def of_case(session: AsyncSession, case_id: UUID) -> Sequence[FormEntry]:
    """All that was said for a case, each field from its first entry to its last."""
    query = select(FormEntry).where(col(FormEntry.case_id) == case_id)
    return (await session.execute(query.order_by(col(FormEntry.field), col(FormEntry.number)))).scalars().all()
