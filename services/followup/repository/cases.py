"""Cases that have ended, whichever of their agreements were known by then."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.common.runtime.sql import Sql

_LOCK = Sql("SELECT pg_advisory_xact_lock(hashtextextended(:ref, 2))")
_END = Sql("INSERT INTO ended_case (case_id, ended_at) VALUES (:case_id, :at) ON CONFLICT DO NOTHING")
_HAS_ENDED = Sql("SELECT EXISTS (SELECT FROM ended_case WHERE case_id = :case_id)")


async def lock_case(session: AsyncSession, case_id: UUID) -> None:
    """Let an agreement of a case and its end come one after the other, whichever topics they are heard on."""
    await _LOCK.run(session, {"ref": str(case_id)})


async def end_case(session: AsyncSession, case_id: UUID, at: datetime) -> None:
    """Remember that a locked case has ended."""
    await _END.run(session, {"case_id": case_id, "at": at})


async def has_ended(session: AsyncSession, case_id: UUID) -> bool:
    """Whether a locked case has ended."""
    return bool((await _HAS_ENDED.run(session, {"case_id": case_id})).scalar_one())
