"""Cases, negotiation rounds and statements of means."""

from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.plans.models import Agreement, Negotiation, Plan, PlanCase, PlansTable, StatementOfMeansRow
from services.plans.vocabulary import PlanState

T = TypeVar("T", bound=PlansTable)


async def add(session: AsyncSession, row: T) -> T:
    """Insert a row now, so that rows that refer to it can follow."""
    session.add(row)
    await session.flush()
    return row


async def get_case(session: AsyncSession, case_id: UUID) -> PlanCase | None:
    """The case, without a lock."""
    return await session.get(PlanCase, case_id)


async def lock_case(session: AsyncSession, case_id: UUID) -> PlanCase | None:
    """The case with its lock, which everything that changes the case takes first."""
    locked = select(PlanCase).where(col(PlanCase.case_id) == case_id).with_for_update()
    return (await session.scalars(locked.execution_options(populate_existing=True))).one_or_none()


async def get_negotiation(session: AsyncSession, case_id: UUID, round_: int) -> Negotiation | None:
    """One round of a case."""
    return await session.get(Negotiation, (case_id, round_), populate_existing=True)


async def get_statement(session: AsyncSession, case_id: UUID, round_: int) -> StatementOfMeansRow | None:
    """The statement of means of a round."""
    wanted = select(StatementOfMeansRow).where(
        col(StatementOfMeansRow.case_id) == case_id, col(StatementOfMeansRow.round) == round_
    )
    return (await session.scalars(wanted)).one_or_none()


async def relief_since(session: AsyncSession, account_ref: str, since: datetime) -> bool:
    """Whether the account got relief that was agreed on or after `since`."""
    granted = (PlanState.ACTIVE, PlanState.BROKEN, PlanState.COMPLETED)
    earlier = (
        select(col(Agreement.agreement_id))
        .join(Plan, (col(Plan.plan_id) == Agreement.plan_id) & (col(Plan.version) == Agreement.version))
        .where(col(Plan.account_ref) == account_ref, col(Plan.state).in_(granted), col(Agreement.accepted_at) >= since)
        .limit(1)
    )
    return (await session.scalars(earlier)).first() is not None
