"""A programme of relief opens: running plans are screened for it, and who may have it is told once."""

from __future__ import annotations

from uuid import UUID

from services.common.contracts.workflows import DeliveryRequest
from services.common.kernel.errors import InvalidInput, NotFound
from services.common.kernel.ids import business_uuid
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.http.answers import Answer
from services.common.runtime.unit_of_work import UnitOfWork
from services.followup.domain.programmes import Programme, RunningPlan, Screened, screen
from services.followup.errors_care import ProgrammeKnown
from services.followup.models import ReliefProgramme, Screening
from services.followup.repository.care import programmes
from services.followup.schemas.programmes import OpenProgramme, ProgrammeView, Told, ToldOf
from services.followup.service.care.policies import CarePolicies
from services.followup.service.policies import DEFAULT, Policies
from services.followup.vocabulary import PROGRAMME

OPENERS = frozenset({"manager", "risk"})
READERS = frozenset({"supervisor", "manager", "risk", "compliance"})
_MOST_SHOWN = 200


class Programmes:
    """Opens, screens and lists. No agreement changes by it."""

    def __init__(self, database: Database, policies: Policies, care: CarePolicies) -> None:
        self._database = database
        self._policies = policies
        self._care = care

    async def open(self, caller: Caller, body: OpenProgramme) -> Answer:
        """A programme opens, and the first plans are screened. ProgrammeKnown; InvalidInput for a day to come."""
        caller.require_any(OPENERS)
        async with self._database.write(caller) as uow:
            if body.opens_on > self._policies.pack(DEFAULT, uow.now()).today(uow.now()):
                raise InvalidInput("no such day", fields=[("#/opens_on", "is today or earlier")])
            if await programmes.is_known(uow.session, body.code):
                raise ProgrammeKnown("a programme of this code opened before")
            programme = ReliefProgramme(
                programme_id=business_uuid("relief_programme", body.code),
                opened_by=caller.person,
                opened_at=uow.now(),
                **body.model_dump(exclude={"packs", "products"}),
                packs=list(body.packs),
                products=list(body.products),
            )
            await programmes.put(uow.session, programme)
            left = await self._screen(uow, programme)
            return uow.answer(await self._shown(uow, programme, left), status=201)

    async def screen_more(self, caller: Caller, programme_id: UUID) -> Answer:
        """Screen plans that were not screened yet. NotFound."""
        caller.require_any(READERS)
        async with self._database.write(caller) as uow:
            programme = await programmes.lock(uow.session, programme_id)
            if programme is None:
                raise NotFound("there is nothing of this id")
            left = await self._screen(uow, programme)
            return uow.answer(await self._shown(uow, programme, left))

    async def told(self, caller: Caller, programme_id: UUID, after: UUID | None) -> ToldOf:
        """Who may have a programme, and was told."""
        caller.require_any(READERS)
        async with self._database.read() as session:
            found = await programmes.eligible(session, programme_id, after, _MOST_SHOWN)
        return ToldOf(items=[Told.model_validate(one.model_dump(include=set(Told.model_fields))) for one in found])

    async def _screen(self, uow: UnitOfWork, programme: ReliefProgramme) -> bool:
        """Screen as many as are screened at once; whether there may be more."""
        most = self._care.terms(DEFAULT, uow.now()).screened_at_once
        plans = await programmes.unscreened(uow.session, programme.programme_id, most)
        meant = Programme(
            frozenset(programme.packs),
            frozenset(programme.products),
            programme.instalments_left_least,
            programme.opens_on,
        )
        found = []
        for row in plans:
            plan = RunningPlan(
                frozenset(row["packs"].split("+")), row["product"], row["activated_on"], row["open_lines"]
            )
            result = screen(meant, plan)
            found.append(
                Screening(
                    programme_id=programme.programme_id,
                    agreement_id=row["agreement_id"],
                    case_id=row["case_id"],
                    result=result.value,
                    screened_at=uow.now(),
                )
            )
            if result is Screened.ELIGIBLE:
                await self._tell(uow, programme, row["case_id"])
        await programmes.keep(uow.session, found)
        subject = f"relief_programme/{programme.programme_id}"
        await uow.audit("relief_programme.screened", subject, detail={"plans": len(found)})
        return len(plans) == most

    async def _tell(self, uow: UnitOfWork, programme: ReliefProgramme, case_id: UUID) -> None:
        until = {} if programme.closes_on is None else {"until": programme.closes_on.isoformat()}
        await uow.send_message(
            DeliveryRequest(
                case_id=case_id,
                purpose=PROGRAMME,
                object_ref=f"{programme.programme_id}:{case_id}",
                version=1,
                template=PROGRAMME,
                params=until,
                message_class="reminder",
            )
        )

    async def _shown(self, uow: UnitOfWork, programme: ReliefProgramme, left: bool) -> ProgrammeView:
        results = await programmes.counted(uow.session, programme.programme_id)
        shown = programme.model_dump(include=set(ProgrammeView.model_fields))
        return ProgrammeView.model_validate(shown | {"results": results, "left": left})
