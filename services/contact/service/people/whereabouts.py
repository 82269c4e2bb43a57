"""Where a person may be is where the bank says and where their numbers say: learned with every number and case."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.common.kernel.clock import local_day
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.domain.zones import plausible
from services.contact.models import ContactCase
from services.contact.repository import cases, people
from services.contact.repository.zones import zones_of_numbers


async def zones_of(uow: UnitOfWork, borrower_id: UUID, declared: Sequence[str]) -> list[str]:
    """All zones to reckon with for a person, the declared ones first."""
    told = await zones_of_numbers(uow.session, borrower_id)
    day = local_day(uow.now(), declared[0]) if declared else uow.now().date()
    return list(plausible(declared, told, day))


async def widen(uow: UnitOfWork, person_id: UUID, stated: str | None = None) -> None:
    """Reckon with what new numbers of a person tell, in all their open cases and wherever they owe with others; there
    `stated` is where the bank says that they are."""
    for case in await cases.lock_open_cases(uow.session, [person_id]):
        case.time_zones = await zones_of(uow, person_id, case.time_zones)
    for party in await people.lock_parties(uow.session, person_id):
        said = [stated] if stated is not None and stated not in party.time_zones else []
        party.time_zones = await zones_of(uow, person_id, [*said, *party.time_zones])


async def whereabouts(session: AsyncSession, case: ContactCase, person_id: UUID) -> tuple[str, ...]:
    """Where to reckon with a person of a case. Of another party of whom nothing is known yet, where the borrower is."""
    if person_id == case.borrower_id:
        return tuple(case.time_zones)
    party = await people.find_party(session, case.case_id, person_id)
    return tuple(party.time_zones if party is not None and party.time_zones else case.time_zones)
