"""Holds that follow from an agreement: nobody collects while it is performed, and nothing is done on a core's word that
is not ours."""

from dataclasses import replace
from uuid import UUID

from services.common.contracts.events.base import CaseEvent
from services.common.contracts.events.plans import AgreementSigned, PlanActivated, PlanActivationRefused
from services.common.kernel.ids import business_uuid
from services.common.runtime.unit_of_work import UnitOfWork
from services.intake.policies import Policies
from services.intake.repository import borrowers, cases, records
from services.intake.schemas import HoldEnd
from services.intake.service.holds import placing
from services.intake.service.holds.terms import HoldTerms
from services.intake.service.states.moving import OF_AGREEMENTS

AGREEMENT_ACTIVE, OUT_OF_SYNC = OF_AGREEMENTS


class AgreementHolds:
    """Places and lifts them as the events come; each is one hold, however often it is heard of."""

    def __init__(self, policies: Policies) -> None:
        self._policies = policies

    async def follow(self, uow: UnitOfWork, event: CaseEvent) -> None:
        """Collection stops with the signature (CN-15), of agencies too: the hold is what they are told by. It goes on
        when the core refuses the plan; while the core runs another one, its figures are trusted by nobody.
        """
        if isinstance(event, AgreementSigned):
            await self._place(uow, event.case_id, AGREEMENT_ACTIVE, _ref(event.plan_id, event.version))
        elif isinstance(event, PlanActivationRefused):
            await self._lift(uow, event.case_id, AGREEMENT_ACTIVE)
            if event.runs_otherwise:
                await self._place(uow, event.case_id, OUT_OF_SYNC, _ref(event.plan_id, event.version))
        elif isinstance(event, PlanActivated):
            await self._lift(uow, event.case_id, OUT_OF_SYNC)

    async def _place(self, uow: UnitOfWork, case_id: UUID, kind: str, ref: str) -> None:
        case = await cases.get(uow.session, case_id, uow.caller)
        if case is None:
            return
        zone = await borrowers.lock(uow.session, case.borrower_id)
        hold_id = business_uuid("hold", kind, ref)
        if await records.lock_hold(uow.session, hold_id) is None:
            wanted = HoldTerms(self._policies, zone).wanted(kind, uow.now(), HoldEnd())
            await placing.put(uow, case_id, case.borrower_id, replace(wanted, hold_id=hold_id))

    async def _lift(self, uow: UnitOfWork, case_id: UUID, kind: str) -> None:
        await placing.lift_all(uow, case_id, kind)


def _ref(plan_id: UUID, version: int) -> str:
    return f"{plan_id}/{version}"
