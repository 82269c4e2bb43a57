"""Reviewing evidence: genuine, not enough, or rejected; by somebody who neither uploaded it nor negotiates."""

from datetime import date, timedelta
from uuid import UUID

from services.common.contracts.events.evidence import EvidenceNeedsMore, EvidenceRejected
from services.common.kernel.errors import InvalidInput
from services.common.runtime.caller import Caller
from services.common.runtime.http.answers import Answer
from services.common.runtime.unit_of_work import UnitOfWork
from services.plans.domain.evidence import (
    EVIDENCE_TRANSITIONS,
    EvidenceState,
    EvidenceTerms,
    valid_through,
)
from services.plans.errors import DuplicateUnexplained, EvidenceReviewed, UnknownEvidence, WrongPhase
from services.plans.models import Checklist, Evidence, EvidenceReview, Negotiation, StatementOfMeansRow
from services.plans.repository import cases, checks, rounds
from services.plans.repository import evidence as repository
from services.plans.repository.checks import DUPLICATE, Made
from services.plans.schemas.evidence import ReviewEvidence, ReviewRecorded
from services.plans.service.asking import REVIEW
from services.plans.service.context import NEGOTIATORS, Context
from services.plans.service.evidence.checking import explained
from services.plans.service.evidence.checklists import Checklists, close_not_needed
from services.plans.service.flow import end, nudge, require_phase
from services.plans.service.hands import require_reviews
from services.plans.service.stored import round_facts
from services.plans.vocabulary import ChecklistState, CheckResult, EndReason, Outcome, Phase, ReviewResult

_PENDING = (EvidenceState.RECEIVED, EvidenceState.UNDER_REVIEW)
# What the check that decided came to.
_CAME_TO = {
    ReviewResult.VERIFIED: CheckResult.PASSED,
    ReviewResult.NEEDS_MORE: CheckResult.INCONCLUSIVE,
    ReviewResult.REJECTED: CheckResult.FAILED,
}


class ReviewsOfEvidence:
    """Records what a reviewer found, and draws the consequence for the checklist."""

    def __init__(self, context: Context, checklists: Checklists) -> None:
        self._context = context
        self._checklists = checklists

    async def review(self, caller: Caller, evidence_id: UUID, body: ReviewEvidence) -> Answer:
        """Record the review of one document. UnknownEvidence, EvidenceReviewed, WrongPhase, ReviewerNegotiates
        (four eyes), DuplicateUnexplained, InvalidInput (not a way to check it)."""
        caller.require_any(NEGOTIATORS)
        async with self._context.database.write(caller) as uow:
            found = await rounds.lock_case_of_evidence(uow.session, evidence_id, self._context.seen_by(caller))
            evidence = await repository.get_evidence(uow.session, evidence_id) if found else None
            if found is None or evidence is None:
                raise UnknownEvidence("there is no evidence of this id")
            case, negotiation = found
            if EvidenceState(body.result) not in EVIDENCE_TRANSITIONS[EvidenceState(evidence.state)]:
                raise EvidenceReviewed(f"the document is {evidence.state}")
            require_phase(negotiation, Phase.REVIEW, Phase.EVIDENCE, Phase.DRAFT)
            statement, checklist = await round_facts(uow, negotiation)
            if evidence.checklist_id != checklist.checklist_id:
                raise WrongPhase("the document was asked for in a round that is over", phase=str(negotiation.phase))
            await require_reviews(uow, evidence)
            day = self._context.day(uow.now())
            terms = self._checklists.terms(checklist, statement)
            if terms.verify and body.method not in terms.verify:
                raise InvalidInput(
                    f"documents of this checklist are checked by: {', '.join(terms.verify)}",
                    fields=[("#/method", "not a method of the checklist")],
                )
            if not await explained(uow, case, evidence, {check.method for check in body.checks}) and (
                body.result is ReviewResult.VERIFIED
            ):
                raise DuplicateUnexplained(f"say by a check named {DUPLICATE} how that came about")
            await self._record(uow, evidence, body, terms)
            await self._conclude(uow, negotiation, checklist, statement, body, day)
            return uow.answer(
                ReviewRecorded(
                    evidence_id=evidence_id,
                    state=str(evidence.state),
                    expires_on=evidence.expires_on,
                    phase=str(negotiation.phase),
                ),
                status=201,
            )

    async def _record(self, uow: UnitOfWork, evidence: Evidence, body: ReviewEvidence, terms: EvidenceTerms) -> None:
        before = {"state": str(evidence.state)}
        if body.result is ReviewResult.VERIFIED:
            evidence.stated_end = body.stated_end or evidence.stated_end
            covered = evidence.period_end or evidence.document_date
            evidence.expires_on = valid_through(terms, covered, evidence.stated_end)
        evidence.state = EvidenceState(body.result)
        evidence.revision += 1
        await repository.review(
            uow.session,
            evidence,
            EvidenceReview(
                evidence_id=evidence.evidence_id,
                reviewer=uow.caller.person,
                uploaded_by=evidence.uploaded_by,
                result=body.result,
                method=body.method,
                reasons=body.reasons,
                reviewed_at=uow.now(),
            ),
        )
        person = uow.caller.person
        made = [Made(one.method, person, one.result, one.note) for one in body.checks]
        made.append(Made(body.method, person, _CAME_TO[body.result]))
        await checks.add(uow.session, evidence.evidence_id, made, uow.now())
        await uow.audit(
            "evidence.reviewed",
            f"evidence/{evidence.evidence_id}",
            case_id=evidence.case_id,
            before=before,
            after={"state": str(evidence.state)},
            detail={"method": body.method},
        )
        await uow.close_task(REVIEW, str(evidence.evidence_id), str(body.result))

    async def _conclude(
        self,
        uow: UnitOfWork,
        negotiation: Negotiation,
        checklist: Checklist,
        statement: StatementOfMeansRow,
        body: ReviewEvidence,
        day: date,
    ) -> None:
        case_id, checklist_id, round_ = negotiation.case_id, checklist.checklist_id, negotiation.round
        if negotiation.phase == Phase.DRAFT:
            # It stands in for one that expired; what the round's checklist came to is not undone.
            await close_not_needed(uow, *await self._checklists.standing(uow, checklist, statement, day))
            return
        if body.result is ReviewResult.REJECTED:
            checklist.state = ChecklistState.REJECTED
            await cases.keep_checklist(uow.session, checklist)
            await uow.emit(EvidenceRejected(case_id=case_id, checklist_id=checklist_id, round=round_))
            await end(uow, negotiation, Outcome.NO_AGREEMENT, EndReason.EVIDENCE_REJECTED)
            await nudge(uow, negotiation)
            return
        if negotiation.phase != Phase.REVIEW:
            return
        items, standing = await self._checklists.standing(uow, checklist, statement, day)
        waiting = [item for item in items if item.state in _PENDING]
        if standing.sufficient:
            await close_not_needed(uow, items, standing)
            await self._checklists.verified(uow, negotiation, checklist)
        elif not waiting:
            terms = self._checklists.terms(checklist, statement)
            supported = {item.document_type for item in items if item.evidence_id in standing.supporting}
            await uow.emit(EvidenceNeedsMore(case_id=case_id, checklist_id=checklist_id, round=round_))
            due = uow.now() + timedelta(days=self._context.policies.evidence.on(day).value.days_to_deliver)
            await self._checklists.ask(uow, negotiation, checklist, max(terms.needed - len(supported), 1), due)
