"""SQL of statutory clocks and of the requests that start them."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.intake.models import ReliefRequest, StatutoryClock

C = StatutoryClock


async def lock_open(session: AsyncSession, case_id: UUID, kinds: Collection[str]) -> Sequence[StatutoryClock]:
    """The clocks of a case of these kinds that are not met, locked."""
    query = select(C).where(col(C.case_id) == case_id, col(C.kind).in_(kinds), col(C.met_at).is_(None))
    return (await session.execute(query.order_by(col(C.clock_id)).with_for_update())).scalars().all()


async def lock(session: AsyncSession, clock_id: UUID) -> StatutoryClock | None:
    """One clock, locked until the transaction ends."""
    return await session.get(C, clock_id, with_for_update=True, populate_existing=True)


async def of_case(session: AsyncSession, case_id: UUID) -> Sequence[StatutoryClock]:
    """All clocks of a case, by the day on which they end."""
    query = select(C).where(col(C.case_id) == case_id).order_by(col(C.due_on), col(C.clock_id))
    return (await session.execute(query)).scalars().all()


async def lock_request(session: AsyncSession, request_id: UUID) -> ReliefRequest | None:
    """One request, locked until the transaction ends."""
    return await session.get(ReliefRequest, request_id, with_for_update=True, populate_existing=True)


async def waiting_request(session: AsyncSession, case_id: UUID) -> ReliefRequest | None:
    """The newest request of a locked case that waits until the case is in conversation."""
    query = select(ReliefRequest).where(
        col(ReliefRequest.case_id) == case_id,
        col(ReliefRequest.taken_up).is_(False),
        col(ReliefRequest.state).in_(("submitted", "complete")),
    )
    found = await session.execute(query.order_by(col(ReliefRequest.number).desc()).limit(1))
    return found.scalar_one_or_none()


async def refused_on(session: AsyncSession, case_id: UUID) -> date | None:
    """The day of the last decision on a request that was a refusal; None when none was."""
    query = select(func.max(col(ReliefRequest.decided_at))).where(
        col(ReliefRequest.case_id) == case_id, col(ReliefRequest.state) == "declined"
    )
    found = (await session.execute(query)).scalar_one_or_none()
    return None if found is None else found.date()


async def paid_agent(session: AsyncSession, case_id: UUID) -> bool:
    """Whether somebody is paid by the borrower for asking."""
    query = select(col(ReliefRequest.request_id)).where(
        col(ReliefRequest.case_id) == case_id, col(ReliefRequest.agent_fee) == "charged"
    )
    return (await session.execute(query.limit(1))).first() is not None


async def newest_cause(session: AsyncSession, case_id: UUID) -> str | None:
    """The cause that the borrower told last; None when none was told."""
    query = select(ReliefRequest).where(col(ReliefRequest.case_id) == case_id)
    found = await session.execute(query.order_by(col(ReliefRequest.number).desc()).limit(1))
    request = found.scalar_one_or_none()
    return None if request is None else request.cause
