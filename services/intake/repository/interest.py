"""SQL of debts on which interest is stopped."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.common.runtime.sql import Sql
from services.intake.models import InterestStop, PlacedHold

S = InterestStop
_DEBTS = Sql(
    """
    SELECT case_id, account_ref, coalesce(pack, declared_pack) AS pack, product, balance FROM collections_case
    WHERE state <> 'CLOSED' AND CASE WHEN CAST(:case_id AS uuid) IS NULL THEN borrower_id = :borrower_id OR EXISTS (
        SELECT FROM party WHERE party.case_id = collections_case.case_id AND party.borrower_id = :borrower_id
            AND role = 'joint_debtor'
    ) ELSE case_id = :case_id END
    ORDER BY case_id
    """
)


@dataclass(frozen=True, slots=True)
class Debt:
    """An open debt, the packs of its case where they are known, and what is owed."""

    case_id: UUID
    account_ref: str
    pack: str | None
    product: str
    balance: Decimal


async def debts(session: AsyncSession, borrower_id: UUID, case_id: UUID | None = None) -> Sequence[Debt]:
    """The open debts that a person owes alone or jointly; with a case that one."""
    found = await _DEBTS.run(session, {"borrower_id": borrower_id, "case_id": case_id})
    return [Debt(row.case_id, row.account_ref, row.pack, row.product, row.balance) for row in found]


async def add(session: AsyncSession, stop: InterestStop) -> bool:
    """Add a stop; False when the hold has one for this case."""
    row = insert(S).values(**stop.model_dump()).on_conflict_do_nothing().returning(col(S.stop_id))
    return (await session.execute(row)).first() is not None


async def lock(session: AsyncSession, stop_id: UUID) -> InterestStop | None:
    """One stop, locked until the transaction ends."""
    return await session.get(S, stop_id, with_for_update=True, populate_existing=True)


async def of_hold(session: AsyncSession, hold_id: UUID) -> Sequence[InterestStop]:
    """The stops of a hold."""
    query = select(S).where(col(S.hold_id) == hold_id).order_by(col(S.case_id))
    return (await session.execute(query)).scalars().all()


async def of_person(session: AsyncSession, borrower_id: UUID) -> Sequence[InterestStop]:
    """The stops of all holds of a person."""
    query = select(S).join(PlacedHold, col(PlacedHold.hold_id) == col(S.hold_id))
    query = query.where(col(PlacedHold.borrower_id) == borrower_id).order_by(col(S.case_id))
    return (await session.execute(query)).scalars().all()


async def others_in_force(session: AsyncSession, stop: InterestStop) -> Sequence[InterestStop]:
    """Further stops of the same account that are to last and were not refused, locked."""
    query = select(S).where(
        col(S.account_ref) == stop.account_ref,
        col(S.stop_id) != stop.stop_id,
        col(S.wanted) == "stopped",
        col(S.state) != "refused",
    )
    return (await session.execute(query.order_by(col(S.stop_id)).with_for_update())).scalars().all()


async def stopping_holds(session: AsyncSession, borrower_id: UUID, block: str, now: datetime) -> Sequence[PlacedHold]:
    """The holds of a person that are in force and block a class of acts."""
    query = select(PlacedHold).where(
        col(PlacedHold.borrower_id) == borrower_id,
        literal(block) == func.any(col(PlacedHold.blocks)),
        col(PlacedHold.starts_at) <= now,
        col(PlacedHold.lifted_at).is_(None),
        col(PlacedHold.ends_at).is_(None) | (col(PlacedHold.ends_at) > now),
    )
    return (await session.execute(query.order_by(col(PlacedHold.number)))).scalars().all()
