"""The care that persons need, as intake says it: it decides who signs, and why it is needed is not known here."""

from services.common.contracts.events.cases import CareChanged
from services.common.runtime.unit_of_work import UnitOfWork
from services.plans.repository import authority


async def hear_care(uow: UnitOfWork, event: CareChanged) -> None:
    """Keep what is asked of us from now on; a plan that waits for approval gets the signatures it then needs."""
    await authority.keep_care(uow.session, event.borrower_id, event.care, event.at)
