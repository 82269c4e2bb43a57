"""SQL of the questions how agreements are going."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.common.runtime.assignees import seen_by, visible
from services.common.runtime.caller import Caller
from services.common.runtime.sql import Sql
from services.followup.models import CheckIn
from services.followup.vocabulary import CheckInState

_SEEN = text(visible("check_in.case_id"))
_PLAN = Sql(
    "INSERT INTO check_in (check_in_id, agreement_id, case_id, number, due_at, state, version) "
    "VALUES (:check_in_id, :agreement_id, :case_id, :number, :due_at, 'planned', 1) ON CONFLICT DO NOTHING "
    "RETURNING check_in_id"
)
_PASS = Sql(
    "UPDATE check_in SET state = 'passed', version = version + 1 "
    "WHERE agreement_id = :agreement_id AND state = ANY(CAST(:states AS text[]))"
)
_ASKED = Sql("SELECT check_in_id FROM check_in WHERE case_id = :case_id AND state = 'asked' ORDER BY number")


async def plan(
    session: AsyncSession, check_in_id: UUID, agreement_id: UUID, case_id: UUID, number: int, due_at: datetime
) -> bool:
    """Plan the next question of an agreement; False when it is planned already."""
    values = {"check_in_id": check_in_id, "agreement_id": agreement_id, "case_id": case_id}
    return (await _PLAN.run(session, values | {"number": number, "due_at": due_at})).first() is not None


async def lock_planned(session: AsyncSession, agreement_id: UUID) -> CheckIn | None:
    """The question that is planned for a locked agreement."""
    query = select(CheckIn).where(
        col(CheckIn.agreement_id) == agreement_id, col(CheckIn.state) == CheckInState.PLANNED.value
    )
    return (await session.execute(query.with_for_update())).scalar_one_or_none()


async def let_pass(session: AsyncSession, agreement_id: UUID, *states: CheckInState) -> None:
    """Nobody waits for the answers to questions in these states any more."""
    await _PASS.run(session, {"agreement_id": agreement_id, "states": [state.value for state in states]})


async def asked_of(session: AsyncSession, case_id: UUID) -> Sequence[UUID]:
    """The questions of a case that wait for an answer."""
    return (await _ASKED.run(session, {"case_id": case_id})).scalars().all()


async def agreement_of(session: AsyncSession, check_in_id: UUID, caller: Caller) -> CheckIn | None:
    """A question that was asked, if the caller may see its case."""
    query = select(CheckIn).where(col(CheckIn.check_in_id) == check_in_id, col(CheckIn.asked_at).is_not(None))
    return (await session.execute(query.where(_SEEN.bindparams(**seen_by(caller))))).scalar_one_or_none()


async def lock(session: AsyncSession, check_in_id: UUID) -> CheckIn:
    """A question that there is, locked, as it is now."""
    query = select(CheckIn).where(col(CheckIn.check_in_id) == check_in_id)
    return (await session.execute(query.with_for_update().execution_options(populate_existing=True))).scalar_one()


async def of_case(session: AsyncSession, case_id: UUID, caller: Caller) -> Sequence[CheckIn]:
    """What was asked in a case, oldest first, if the caller may see it."""
    query = select(CheckIn).where(col(CheckIn.case_id) == case_id, col(CheckIn.asked_at).is_not(None))
    query = query.where(_SEEN.bindparams(**seen_by(caller))).order_by(col(CheckIn.asked_at), col(CheckIn.number))
    return (await session.execute(query.limit(200))).scalars().all()
