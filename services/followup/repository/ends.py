"""SQL of how cases end."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.common.runtime.assignees import seen_by, visible
from services.common.runtime.caller import Caller
from services.common.runtime.sql import Sql
from services.followup.models import CaseEnd, ClosingLetter, EndedCase, LegalHold, TriagedCase

_TRIAGE = Sql(
    "INSERT INTO triaged_case (case_id, borrower_id, account_ref, pack, product) "
    "VALUES (:case_id, :borrower_id, :account_ref, :pack, :product) "
    "ON CONFLICT (case_id) DO UPDATE SET pack = excluded.pack, product = excluded.product"
)
_LETTER = Sql(
    "INSERT INTO closing_letter (case_id, state, at) VALUES (:case_id, :state, :at) "
    "ON CONFLICT (case_id) DO UPDATE SET state = excluded.state, at = excluded.at"
)
_SEEN = text(visible("said.case_id"))


async def triage(session: AsyncSession, said: TriagedCase) -> None:
    """Keep by which rules a case is judged; a later triage says it anew."""
    await _TRIAGE.run(session, said.model_dump())


async def triaged(session: AsyncSession, case_id: UUID) -> TriagedCase | None:
    """By which rules a case is judged."""
    return await session.get(TriagedCase, case_id)


async def is_known(session: AsyncSession, case_id: UUID, caller: Caller) -> bool:
    """Whether a case was triaged or has ended, and the caller may see it."""
    said = select(text("CAST(:case_id AS uuid) AS case_id")).subquery("said")
    known = exists().where(col(TriagedCase.case_id) == case_id) | exists().where(col(EndedCase.case_id) == case_id)
    query = select(text("1")).select_from(said).where(known, _SEEN)
    return (await session.execute(query, {"case_id": case_id, **seen_by(caller)})).first() is not None


async def put_end(session: AsyncSession, end: CaseEnd) -> bool:
    """Keep how a case ended, once; False when it is known."""
    statement = insert(CaseEnd).values(**end.model_dump()).on_conflict_do_nothing().returning(col(CaseEnd.case_id))
    return (await session.execute(statement)).first() is not None


async def end_of(session: AsyncSession, case_id: UUID) -> CaseEnd | None:
    """How a case ended."""
    return await session.get(CaseEnd, case_id)


async def put_letter(session: AsyncSession, case_id: UUID, state: str, at: datetime) -> None:
    """Keep what became of the closing letter last: one that did not arrive may go another way."""
    await _LETTER.run(session, {"case_id": case_id, "state": state, "at": at})


async def letter_of(session: AsyncSession, case_id: UUID) -> ClosingLetter | None:
    """What became of the closing letter of a case."""
    return await session.get(ClosingLetter, case_id)


async def legal_hold_of(session: AsyncSession, case_id: UUID) -> LegalHold | None:
    """What compliance said last of the records of a case."""
    return await session.get(LegalHold, case_id)
