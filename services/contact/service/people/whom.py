"""Whose register is meant: the borrower of a case, or another person who owes the same debt."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.common.kernel.errors import InvalidInput
from services.common.runtime.caller import ROLES
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.errors import CaseIsClosed, CaseUnknown, ConversationUnknown, PartyUnknown
from services.contact.models import ContactCase
from services.contact.repository import cases, people, permits, talks

WRITERS = frozenset({"agent", "senior_agent", "supervisor", "manager", "system"})
"""Those who hear what a person says; a service does for the person who uses its portal."""
READERS = frozenset(ROLES)


async def person_of(session: AsyncSession, case_id: UUID, party_id: UUID | None) -> tuple[ContactCase, UUID]:
    """The case and the id of the person meant: its borrower, or the party named. CaseUnknown, PartyUnknown."""
    case = await cases.find_case(session, case_id)
    if case is None:
        raise CaseUnknown("contact has not heard of this case")
    if party_id is None or party_id == case.borrower_id:
        return case, case.borrower_id
    if await people.find_party(session, case_id, party_id) is None:
        raise PartyUnknown("this person does not owe the debt of the case")
    return case, party_id


async def open_case_of(session: AsyncSession, case_id: UUID, party_id: UUID | None) -> tuple[ContactCase, UUID]:
    """The same of a case that goes on. CaseIsClosed for one that has ended."""
    case, person_id = await person_of(session, case_id, party_id)
    if case.closed_at is not None:
        raise CaseIsClosed("the case has ended")
    return case, person_id


async def spoken_with(session: AsyncSession, case_id: UUID, conversation_id: UUID) -> UUID:
    """Who was spoken with in a conversation of a case, be it over or not. ConversationUnknown."""
    found = await talks.find_talk(session, conversation_id) or await talks.find_conversation(session, conversation_id)
    if found is None or found.case_id != case_id:
        raise ConversationUnknown("the case has no conversation of this id")
    return found.borrower_id


async def stand_still(uow: UnitOfWork, person_id: UUID) -> None:
    """Let decisions on contacts with a person that were begun end first, and those to come see what is written here.

    The lock of the person's budget, until the transaction ends. Whoever locks cases too has locked them before.
    """
    await permits.lock_budget(uow.session, person_id)


def named_by(uow: UnitOfWork) -> str:
    """What tells one command from another, for the id of what it makes: a repeat makes the same."""
    command = uow.caller.command
    return f"{uow.caller.subject} {command.key}" if command else uow.caller.correlation_id


def not_ahead(day: date | None, today: date, pointer: str) -> None:
    """InvalidInput at `pointer` for a day that is still to come."""
    if day is not None and day > today:
        raise InvalidInput("that day is still to come", fields=[(pointer, "must not be in the future")])
