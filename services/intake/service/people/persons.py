"""Whom a command about a case is about: its borrower, or another party."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.common.runtime.caller import Caller
from services.intake.errors import CaseUnknown, PartyUnknown
from services.intake.repository import cases, parties


async def person_of(session: AsyncSession, caller: Caller, case_id: UUID, party_id: UUID | None) -> UUID:
    """The person's id. CaseUnknown when the caller may not see the case, PartyUnknown when nobody of it is meant."""
    case = await cases.get(session, case_id, caller)
    if case is None:
        raise CaseUnknown
    if party_id is None or party_id == case.borrower_id:
        return case.borrower_id
    if await parties.role_of(session, case_id, party_id) is None:
        raise PartyUnknown
    return party_id
