"""What follow-up tells of agreements, so that no message waits to ask for what is not due any more."""

from uuid import UUID

from services.common.contracts.events.agreements import (
    AgreementBroken,
    AgreementCompleted,
    InstalmentMissed,
    InstalmentPaid,
)
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.repository import nothing_due
from services.contact.repository.messages import LockedMessage
from services.contact.repository.nothing_due import WHOLE, InstalmentRef

_ABOUT_INSTALMENTS = frozenset({"reminder", "missed_notice"})


async def instalment_paid(uow: UnitOfWork, said: InstalmentPaid) -> None:
    """instalment.paid"""
    await nothing_due.put(uow.session, InstalmentRef(said.agreement_id, said.number), said.case_id, uow.now())


async def instalment_missed(uow: UnitOfWork, said: InstalmentMissed) -> None:
    """instalment.missed: one that was paid is missed after all when its payment was taken back."""
    await nothing_due.take_away(uow.session, InstalmentRef(said.agreement_id, said.number))


async def agreement_over(uow: UnitOfWork, said: AgreementBroken | AgreementCompleted) -> None:
    """agreement.broken, agreement.completed: neither comes back; what is agreed next has an id of its own."""
    await nothing_due.put(uow.session, InstalmentRef(said.agreement_id, WHOLE), said.case_id, uow.now())


def instalment_of(message: LockedMessage) -> InstalmentRef | None:
    """The instalment that a message names; None for a message about something else.

    The object of a notice counts notices, so the number is that of the words in both.
    """
    if message.purpose not in _ABOUT_INSTALMENTS:
        return None
    agreement, _, _ = message.object_ref.partition(":")
    try:
        return InstalmentRef(UUID(agreement), int(message.params.get("number", "")))
    except ValueError:
        return None
