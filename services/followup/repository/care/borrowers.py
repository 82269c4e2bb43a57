"""Whose a case is, for portals, which act for one person."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.common.runtime.sql import Sql

_OWES = Sql(
    "SELECT EXISTS (SELECT FROM triaged_case WHERE case_id = :case_id AND borrower_id = :borrower_id) "
    "OR EXISTS (SELECT FROM case_debtor WHERE case_id = :case_id AND borrower_id = :borrower_id)"
)


async def owes(session: AsyncSession, case_id: UUID, borrower_id: UUID) -> bool:
    """Whether a person is the borrower of a case."""
    return bool((await _OWES.run(session, {"case_id": case_id, "borrower_id": borrower_id})).scalar_one())
