"""SQL of benefits checks."""

from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake.models import BenefitsCheck


async def keep(session: AsyncSession, values: dict[str, Any]) -> None:
    """Keep the check of a case; the first one stays."""
    await session.execute(insert(BenefitsCheck).values(values).on_conflict_do_nothing())


async def of_case(session: AsyncSession, case_id: UUID) -> BenefitsCheck | None:
    """The check before the first contact; None when there was none."""
    return await session.get(BenefitsCheck, case_id)
