"""Asking a borrower for a document by hand: once, and again only with a cause."""

from datetime import date, timedelta
from uuid import UUID

from services.common.contracts.events.evidence import EvidenceNeedsMore
from services.common.kernel.errors import InvalidInput
from services.common.runtime.caller import Caller
from services.common.runtime.http.answers import Answer
from services.common.runtime.unit_of_work import UnitOfWork
from services.plans.domain.evidence import COUNTS, EvidenceState
from services.plans.errors import AskedAlready
from services.plans.models import Checklist, PlanCase
from services.plans.repository import cases, requested, reuse
from services.plans.repository import evidence as repository
from services.plans.repository.requested import AskedAgain
from services.plans.schemas.evidence import AskForEvidence, EvidenceAsked
from services.plans.service.context import NEGOTIATORS, Context
from services.plans.service.evidence.checklists import Checklists
from services.plans.service.flow import lock, nudge, require_phase
from services.plans.service.stored import round_facts
from services.plans.vocabulary import Phase


class AskBorrowers:
    """Asks for one document of a checklist."""

    def __init__(self, context: Context, checklists: Checklists) -> None:
        self._context = context
        self._checklists = checklists

    async def ask(self, caller: Caller, case_id: UUID, body: AskForEvidence) -> Answer:
        """Write to the borrower. WrongPhase, InvalidInput (type), AskedAlready (without a cause)."""
        caller.require_any(NEGOTIATORS)
        async with self._context.database.write(caller) as uow:
            case, negotiation = await lock(uow, case_id, self._context.seen_by(caller))
            require_phase(negotiation, Phase.EVIDENCE, Phase.REVIEW, Phase.DRAFT)
            statement, checklist = await round_facts(uow, negotiation)
            day = self._context.day(uow.now())
            if body.evidence_type not in self._checklists.terms(checklist, statement).accepted:
                raise InvalidInput(
                    "this type is not on the checklist", fields=[("#/evidence_type", "not on the checklist")]
                )
            if body.cause is None:
                await self._require_news(uow, case, checklist, body.evidence_type, day)
            due = uow.now() + timedelta(days=self._context.policies.evidence.on(day).value.days_to_deliver)
            again = AskedAgain(body.evidence_type, body.cause, body.reasons)
            if negotiation.phase == Phase.DRAFT:
                # What was verified is not enough any more: the round stays where it is, and the document joins it.
                checklist.asked += 1
                await cases.keep_checklist(uow.session, checklist)
                await requested.ask(uow.session, checklist, 1, caller.person, uow.now(), again)
                await self._checklists.write(uow, checklist, 1, due)
            else:
                if negotiation.phase == Phase.REVIEW:
                    await uow.emit(
                        EvidenceNeedsMore(case_id=case_id, checklist_id=checklist.checklist_id, round=negotiation.round)
                    )
                await self._checklists.ask(uow, negotiation, checklist, 1, due, again=again)
                await nudge(uow, negotiation)
            await uow.audit("evidence.asked", f"checklist/{checklist.checklist_id}", case_id=case_id)
            return uow.answer(
                EvidenceAsked(checklist_id=checklist.checklist_id, deadline_at=due, phase=str(negotiation.phase)),
                status=201,
            )

    async def _require_news(self, uow: UnitOfWork, case: PlanCase, checklist: Checklist, kind: str, day: date) -> None:
        """Raise `AskedAlready` for what is asked for, was handed in, or counts from an earlier round or another case
        of the borrower."""
        wanted = await requested.unanswered(uow.session, checklist.checklist_id)
        if any(one.evidence_type in (None, kind) for one in wanted):
            raise AskedAlready("it has not come yet; the borrower is reminded by itself")
        for item in await repository.items_for(uow.session, checklist.case_id, checklist.checklist_id):
            fresh = item.state is not EvidenceState.VERIFIED or (item.valid_through or day) >= day
            if item.document_type == kind and item.state in COUNTS and fresh:
                raise AskedAlready("it is here, and counts", evidence_id=item.evidence_id)
        for row in await reuse.reusable(uow.session, case.case_id, case.borrower_id, day):
            if row.evidence_type == kind:
                raise AskedAlready(
                    "it counts in another case of the borrower; have it serve here", evidence_id=str(row.evidence_id)
                )
