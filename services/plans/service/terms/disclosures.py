"""No plan is drafted before the borrower was told everything that comes before it."""

from uuid import UUID

from services.common.contracts.events.contacts import DisclosuresChanged
from services.common.runtime.unit_of_work import UnitOfWork
from services.plans.errors import DisclosuresOpen
from services.plans.repository import disclosures


async def hear_disclosures(uow: UnitOfWork, event: DisclosuresChanged) -> None:
    """Keep what contact says of a case. It may say so before the case is known here."""
    await disclosures.keep(uow.session, event.case_id, event.open)


async def require_disclosures(uow: UnitOfWork, case_id: UUID) -> None:
    """Raise `DisclosuresOpen` until contact has said that everything mandatory was told."""
    if not await disclosures.all_given(uow.session, case_id):
        raise DisclosuresOpen("tell the borrower in a conversation, or have it sent in a message, and draft then")
