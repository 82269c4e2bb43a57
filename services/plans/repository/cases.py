"""What a case is about, and the means and the checklist of its rounds."""

from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Row, and_, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.plans.models import Agreement, Checklist, Plan, PlanCase, PlansTable, StatementOfMeansRow
from services.plans.vocabulary import PlanState

T = TypeVar("T", bound=PlansTable)

# What runs at every step is made once, with its values as parameters: making a statement costs as much as running it.
_FRESH = {"populate_existing": True}
_FACTS = (
    select(StatementOfMeansRow, Checklist)
    .join(
        Checklist,
        and_(
            col(Checklist.case_id) == col(StatementOfMeansRow.case_id),
            col(Checklist.round) == col(StatementOfMeansRow.round),
        ),
    )
    .where(
        col(StatementOfMeansRow.case_id) == bindparam("case_id"), col(StatementOfMeansRow.round) == bindparam("round")
    )
    .execution_options(**_FRESH)
)
_PRESENT = (
    select(PlanCase, StatementOfMeansRow, Checklist)
    .outerjoin(
        StatementOfMeansRow,
        and_(
            col(StatementOfMeansRow.case_id) == col(PlanCase.case_id),
            col(StatementOfMeansRow.round) == col(PlanCase.round),
        ),
    )
    .outerjoin(
        Checklist, and_(col(Checklist.case_id) == col(PlanCase.case_id), col(Checklist.round) == col(PlanCase.round))
    )
    .where(col(PlanCase.case_id) == bindparam("case_id"))
)
_ACCOUNT = select(col(PlanCase.account_ref)).where(col(PlanCase.case_id) == bindparam("case_id"))


async def add(session: AsyncSession, row: T) -> T:
    """Insert a row now, so that rows that refer to it can follow."""
    session.add(row)
    await session.flush()
    return row


async def account_of(session: AsyncSession, case_id: UUID) -> str | None:
    """The account that a case is about; None for a case that is not known."""
    return (await session.execute(_ACCOUNT, {"case_id": case_id})).scalar_one_or_none()


async def round_facts(session: AsyncSession, case_id: UUID, round_: int) -> Row[StatementOfMeansRow, Checklist] | None:
    """The statement of means and the checklist of a round, when it has both."""
    return (await session.execute(_FACTS, {"case_id": case_id, "round": round_})).one_or_none()


async def present(
    session: AsyncSession, case_id: UUID
) -> Row[PlanCase, StatementOfMeansRow | None, Checklist | None] | None:
    """A case with the statement of means and the checklist of its present round, as far as there are any."""
    return (await session.execute(_PRESENT, {"case_id": case_id})).one_or_none()


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
