"""SQL of disputes of the credit record."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.common.runtime.assignees import seen_by, visible
from services.common.runtime.caller import Caller
from services.followup.models import CreditDispute
from services.followup.vocabulary import DisputeState

_SEEN = text(visible("credit_dispute.case_id"))
_OF_CASE = select(CreditDispute).order_by(col(CreditDispute.opened_at), col(CreditDispute.dispute_id))


async def put(session: AsyncSession, dispute: CreditDispute) -> None:
    """Keep a new dispute."""
    session.add(dispute)
    await session.flush()


async def count(session: AsyncSession, case_id: UUID) -> int:
    """How many disputes a locked case has had."""
    query = select(func.count()).where(col(CreditDispute.case_id) == case_id)
    return int((await session.execute(query)).scalar_one())


async def lock_open(session: AsyncSession, case_id: UUID) -> Sequence[CreditDispute]:
    """The disputes of a case that wait for a decision or a confirmation, locked."""
    waiting = (DisputeState.OPEN.value, DisputeState.CORRECTED.value)
    query = _OF_CASE.where(col(CreditDispute.case_id) == case_id, col(CreditDispute.state).in_(waiting))
    return (await session.execute(query.with_for_update())).scalars().all()


async def lock(session: AsyncSession, dispute_id: UUID, caller: Caller) -> CreditDispute | None:
    """One dispute, locked, if the caller may see its case."""
    query = select(CreditDispute).where(
        col(CreditDispute.dispute_id) == dispute_id, _SEEN.bindparams(**seen_by(caller))
    )
    return (await session.execute(query.with_for_update())).scalar_one_or_none()


async def find(session: AsyncSession, dispute_id: UUID, caller: Caller) -> CreditDispute | None:
    """One dispute, if the caller may see its case."""
    query = select(CreditDispute).where(
        col(CreditDispute.dispute_id) == dispute_id, _SEEN.bindparams(**seen_by(caller))
    )
    return (await session.execute(query)).scalar_one_or_none()


async def of_case(session: AsyncSession, case_id: UUID, caller: Caller) -> Sequence[CreditDispute]:
    """The disputes of a case, oldest first, if the caller may see it."""
    query = _OF_CASE.where(col(CreditDispute.case_id) == case_id, _SEEN.bindparams(**seen_by(caller)))
    return (await session.execute(query)).scalars().all()
