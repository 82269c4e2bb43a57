"""Refusing relief where nothing fits what a borrower can pay: a person decides it, with reasons, never a machine."""

from uuid import UUID

from services.common.contracts.events.evidence import AssessmentDeficit
from services.common.kernel.errors import Forbidden
from services.common.runtime.caller import Caller
from services.common.runtime.http.answers import Answer
from services.plans.errors import WrongPhase
from services.plans.models import Refusal
from services.plans.repository import cases
from services.plans.repository.rows import put
from services.plans.schemas.means import RefuseRelief, ReliefRefused
from services.plans.service.context import Context
from services.plans.service.flow import end, lock, nudge, require_phase
from services.plans.vocabulary import EndReason, Outcome, Phase

REFUSERS = frozenset({"supervisor", "manager", "committee"})


class RefuseReliefs:
    """Ends a round for which no relief was found (EU-10, UK-01, UK-03)."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def refuse(self, caller: Caller, case_id: UUID, body: RefuseRelief) -> Answer:
        """Keep the reasons and end the round. UnknownCase; WrongPhase unless the means were assessed and nothing fits;
        Forbidden for the front line and for who took the means."""
        caller.require_any(REFUSERS)
        seen = self._context.seen_by(caller)
        async with self._context.database.write(caller) as uow:
            _, negotiation = await lock(uow, case_id, seen)
            require_phase(negotiation, Phase.MEANS)
            present = await cases.present(uow.session, case_id, seen)
            statement = present[1] if present else None
            if statement is None:
                raise WrongPhase("the means of this round have not been assessed")
            if caller.person == statement.taken_by:
                raise Forbidden("who took the means does not refuse the relief")
            kept = Refusal(
                case_id=case_id,
                round=negotiation.round,
                reasons=body.reasons,
                refused_by=caller.person,
                refused_at=uow.now(),
            )
            await put(uow.session, kept)
            await uow.emit(
                AssessmentDeficit(case_id=case_id, assessment_id=statement.assessment_id, round=negotiation.round)
            )
            await uow.audit("relief.refused", f"negotiation/{case_id}/{negotiation.round}", case_id=case_id)
            await end(uow, negotiation, Outcome.NO_AGREEMENT, EndReason.DEFICIT)
            await nudge(uow, negotiation)
            view = ReliefRefused(
                case_id=case_id,
                round=negotiation.round,
                reasons=kept.reasons,
                refused_by=kept.refused_by,
                refused_at=kept.refused_at,
            )
            return uow.answer(view, status=201)
