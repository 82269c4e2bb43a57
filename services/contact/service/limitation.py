"""Until when debts can be claimed in court: said by the bank, the core or counsel, judged by the packs of the case."""

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.common.contracts.events.cases import CaseTriaged
from services.common.kernel.clock import local_day
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.http.answers import Answer
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.domain.vocabulary import Channel
from services.contact.models import ContactCase, LimitationFact
from services.contact.policies import Policies
from services.contact.repository import limitation
from services.contact.schemas.limitation import BANK, LimitationShown, PutLimitation
from services.contact.service.people.whom import READERS, not_ahead, person_of, stand_still
from services.contact.service.permits.asked import packs_of, product_of
from services.contact.service.permits.time_barred import last_day_of, time_barred

SAYERS = frozenset({"supervisor", "manager", "compliance", "system"})


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says of the time of a debt on `as_of`: the day from which it is counted, or its last day."""

    case_id: UUID
    counted_from: date | None
    ends_on: date | None
    as_of: date
    source: str


class LimitationRegister:
    """Takes down what is said of the time of a debt. The guard and the texts read the same row."""

    def __init__(self, database: Database, policies: Policies) -> None:
        self._database = database
        self._policies = policies

    async def read(self, caller: Caller, case_id: UUID) -> Answer:
        """What is known of a case. CaseUnknown, Forbidden."""
        caller.require_any(READERS)
        async with self._database.read() as session:
            case, _ = await person_of(session, case_id, None)
            shown = await self._shown(session, case, self._database.clock.now())
        return Answer(shown, etag=shown.version)

    async def put(self, caller: Caller, case_id: UUID, body: PutLimitation) -> Answer:
        """Keep what is said now instead of what was said before; the audit has both. When this is answered no decision
        that knew less is still to come. InvalidInput, CaseUnknown, PreconditionRequired, StaleVersion, Forbidden.
        """
        caller.require_any(SAYERS)
        async with self._database.write(caller) as uow:
            case, person_id = await person_of(uow.session, case_id, None)
            today = local_day(uow.now(), case.time_zones[0])
            not_ahead(body.counted_from, today, "#/counted_from")
            await stand_still(uow, person_id)
            known = await limitation.lock_limitation(uow.session, case_id)
            caller.require_version(known.version if known else 0)
            ends_on = today - timedelta(days=1) if body.barred else body.ends_on
            await _keep(uow, known, Said(case_id, body.counted_from, ends_on, today, body.source))
            shown = await self._shown(uow.session, case, uow.now())
            return uow.answer(shown, etag=shown.version)

    async def _shown(self, session: AsyncSession, case: ContactCase, now: datetime) -> LimitationShown:
        row = await limitation.find_limitation(session, case.case_id)
        if row is not None:
            await session.refresh(row)
        day = local_day(now, case.time_zones[0])
        actor = self._policies.delivery.on(day).value.acts_as
        terms = self._policies.packs.terms(packs_of(case), day, Channel.LETTER, actor, product_of(case))
        known = await limitation.limitation_of(session, case.case_id)
        return LimitationShown(
            case_id=case.case_id,
            counted_from=row.counted_from if row else None,
            said_to_end_on=row.ends_on if row else None,
            ends_on=last_day_of(known, terms, case.time_zones[0]),
            barred=time_barred(known, terms, tuple(case.time_zones), now),
            source=row.source if row else None,  # type: ignore[arg-type]  # the CHECK of the table
            recorded_at=row.recorded_at if row else None,
            version=row.version if row else 0,
        )


async def said_with_the_case(uow: UnitOfWork, event: CaseTriaged) -> None:
    """case.triaged: keep from when the bank counts, unless something was said here before: that is later, and stays."""
    if event.limitation_from is None:
        return
    await stand_still(uow, event.borrower_id)
    known = await limitation.lock_limitation(uow.session, event.case_id)
    if known is None:
        today = local_day(uow.now(), event.time_zones[0])
        await _keep(uow, known, Said(event.case_id, event.limitation_from, None, today, BANK))


async def _keep(uow: UnitOfWork, known: LimitationFact | None, said: Said) -> None:
    before = known.model_dump() if known else None
    version = (known.version if known else 0) + 1
    values = asdict(said) | {"recorded_at": uow.now(), "recorded_by": uow.caller.person, "version": version}
    await limitation.put_limitation(uow.session, values)
    await uow.audit("limitation.said", f"case/{said.case_id}", case_id=said.case_id, before=before, after=values)
