"""SQL of the clocks that the law sets on agreements."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.common.runtime.assignees import seen_by, visible
from services.common.runtime.caller import Caller
from services.followup.domain.clocks import ClockKind, ClockState
from services.followup.models import RegulatoryClock

_SEEN = text(visible("regulatory_clock.case_id"))
_ALL = select(RegulatoryClock).order_by(col(RegulatoryClock.agreement_id), col(RegulatoryClock.kind))
_UNDER_WAY = col(RegulatoryClock.state).in_((ClockState.RUNNING.value, ClockState.CONFIRM.value))


async def put(session: AsyncSession, clock: RegulatoryClock) -> None:
    """Keep a new clock."""
    session.add(clock)
    await session.flush()


async def lock_running(session: AsyncSession, agreement_id: UUID) -> Sequence[RegulatoryClock]:
    """The clocks of an agreement that run, locked."""
    query = _ALL.where(
        col(RegulatoryClock.agreement_id) == agreement_id, col(RegulatoryClock.state) == ClockState.RUNNING.value
    )
    return (await session.execute(query.with_for_update())).scalars().all()


async def lock_of_account(session: AsyncSession, account_ref: str) -> Sequence[RegulatoryClock]:
    """The clocks of a locked account that are under way, locked."""
    query = _ALL.where(col(RegulatoryClock.account_ref) == account_ref, _UNDER_WAY)
    return (await session.execute(query.with_for_update())).scalars().all()


async def lock_of_case(session: AsyncSession, case_id: UUID) -> Sequence[RegulatoryClock]:
    """The clocks of a case that are under way, locked."""
    query = _ALL.where(col(RegulatoryClock.case_id) == case_id, _UNDER_WAY)
    return (await session.execute(query.with_for_update())).scalars().all()


async def lock_one(
    session: AsyncSession, agreement_id: UUID, kind: ClockKind, caller: Caller
) -> RegulatoryClock | None:
    """One clock, locked, if the caller may see its case."""
    query = _ALL.where(
        col(RegulatoryClock.agreement_id) == agreement_id, col(RegulatoryClock.kind) == kind.value, _SEEN
    )
    return (await session.execute(query.with_for_update(), seen_by(caller))).scalar_one_or_none()


async def agreements_due(session: AsyncSession, through: date) -> Sequence[UUID]:
    """Agreements with a clock that the closing of this day moves, in one order."""
    query = (
        select(col(RegulatoryClock.agreement_id))
        .where(col(RegulatoryClock.state) == ClockState.RUNNING.value, col(RegulatoryClock.check_on) <= through)
        .distinct()
        .order_by(col(RegulatoryClock.agreement_id))
    )
    return (await session.execute(query)).scalars().all()


async def of_case(session: AsyncSession, case_id: UUID, caller: Caller) -> Sequence[RegulatoryClock]:
    """The clocks of a case, if the caller may see it."""
    query = _ALL.where(col(RegulatoryClock.case_id) == case_id, _SEEN)
    return (await session.execute(query, seen_by(caller))).scalars().all()
