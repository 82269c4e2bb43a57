"""Vulnerability flags."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.intake.models import CollectionsCase, Party, PlacedHold, VulnerabilityFlag

F = VulnerabilityFlag


async def count(session: AsyncSession, borrower_id: UUID) -> int:
    """How many flags a person had or has; the person must be locked."""
    query = select(func.count()).select_from(F).where(col(F.borrower_id) == borrower_id)
    return int((await session.execute(query)).scalar_one())


async def lock(session: AsyncSession, flag_id: UUID) -> VulnerabilityFlag | None:
    """One flag, locked until the transaction ends."""
    return await session.get(F, flag_id, with_for_update=True, populate_existing=True)


async def owner(session: AsyncSession, flag_id: UUID) -> UUID | None:
    """Whose flag it is."""
    return (await session.execute(select(col(F.borrower_id)).where(col(F.flag_id) == flag_id))).scalar_one_or_none()


async def of_person(session: AsyncSession, borrower_id: UUID) -> Sequence[VulnerabilityFlag]:
    """All flags of a person in the order of recording."""
    query = select(F).where(col(F.borrower_id) == borrower_id).order_by(col(F.number))
    return (await session.execute(query)).scalars().all()


async def standing(session: AsyncSession, case_id: UUID) -> Sequence[VulnerabilityFlag]:
    """The flags in force that a case reviews, locked."""
    query = select(F).where(col(F.case_id) == case_id, col(F.ended_at).is_(None)).with_for_update()
    return (await session.execute(query.order_by(col(F.flag_id)))).scalars().all()


async def homeless(session: AsyncSession, borrower_id: UUID) -> Sequence[VulnerabilityFlag]:
    """The flags of a person that were not ended and that a closed case left without review, locked."""
    case = CollectionsCase
    query = (
        select(F)
        .join(case, col(case.case_id) == col(F.case_id))
        .where(col(F.borrower_id) == borrower_id, col(F.ended_at).is_(None), col(case.state) == "CLOSED")
        .with_for_update(of=F)
    )
    return (await session.execute(query.order_by(col(F.flag_id)))).scalars().all()


async def another_case(session: AsyncSession, borrower_id: UUID, case_id: UUID) -> UUID | None:
    """Another open case in which a person owes the debt, the oldest; None when there is none."""
    case = CollectionsCase
    as_party = select(col(Party.case_id)).where(col(Party.borrower_id) == borrower_id)
    query = select(col(case.case_id)).where(
        or_(col(case.borrower_id) == borrower_id, col(case.case_id).in_(as_party)),
        col(case.case_id) != case_id,
        col(case.state) != "CLOSED",
    )
    found = await session.execute(query.order_by(col(case.opened_at), col(case.case_id)).limit(1))
    return found.scalar_one_or_none()


async def holds_of(session: AsyncSession, flag_id: UUID) -> Sequence[PlacedHold]:
    """The holds that were placed for a flag, locked, in the order of placing."""
    query = select(PlacedHold).where(col(PlacedHold.flag_id) == flag_id).with_for_update()
    return (await session.execute(query.order_by(col(PlacedHold.number)))).scalars().all()
