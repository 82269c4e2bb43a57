"""Where a borrower may be is where the bank says and where their numbers say: learned with every number and case."""

from collections.abc import Sequence
from uuid import UUID

from services.common.kernel.clock import local_day
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.domain.zones import plausible
from services.contact.repository import cases
from services.contact.repository.zones import zones_of_numbers


async def zones_of(uow: UnitOfWork, borrower_id: UUID, declared: Sequence[str]) -> list[str]:
    """All zones to reckon with for a person, the declared ones first."""
    told = await zones_of_numbers(uow.session, borrower_id)
    return list(plausible(declared, told, local_day(uow.now(), declared[0])))


async def widen(uow: UnitOfWork, borrower_id: UUID) -> None:
    """Reckon with what new numbers of a person tell, in all their open cases."""
    for case in await cases.lock_open_cases(uow.session, [borrower_id]):
        case.time_zones = await zones_of(uow, borrower_id, case.time_zones)
