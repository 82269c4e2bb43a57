"""Asking once: a document that was verified in one case of a borrower serves another, where they consent to that."""

from datetime import date
from uuid import UUID

from services.common.kernel.errors import InvalidInput
from services.common.runtime.caller import Caller
from services.common.runtime.http.answers import Answer
from services.common.runtime.unit_of_work import UnitOfWork
from services.plans.domain.evidence import EvidenceState, EvidenceTerms, valid_through
from services.plans.errors import ReviewerNegotiates, UnknownEvidence
from services.plans.errors_reuse import NotReusable, ServesAlready
from services.plans.models import Checklist, EvidenceReuse, Negotiation, PlanCase, StatementOfMeansRow
from services.plans.repository import evidence as repository
from services.plans.repository import hands, requested, reuse
from services.plans.repository.reuse import Source
from services.plans.schemas.evidence import DocumentReused, ReuseDocument
from services.plans.service.asking import ask_for_review
from services.plans.service.context import BORROWER, Context, channel_of, require_negotiator_or_borrower
from services.plans.service.evidence.checklists import Checklists, close_not_needed
from services.plans.service.flow import lock, require_phase
from services.plans.service.hands import require_negotiates
from services.plans.service.stored import round_facts
from services.plans.vocabulary import Phase


class ReuseEvidence:
    """Links documents of other cases of the same borrower."""

    def __init__(self, context: Context, checklists: Checklists) -> None:
        self._context = context
        self._checklists = checklists

    async def link(self, caller: Caller, case_id: UUID, body: ReuseDocument) -> Answer:
        """Have a document serve the present round of a case. UnknownEvidence (also of somebody else), NotReusable,
        ServesAlready, WrongPhase, ReviewerNegotiates, InvalidInput (type, consent)."""
        require_negotiator_or_borrower(caller)
        async with self._context.database.write(caller) as uow:
            case, negotiation = await lock(uow, case_id, self._context.seen_by(caller))
            require_phase(negotiation, Phase.EVIDENCE, Phase.REVIEW, Phase.DRAFT)
            await require_negotiates(uow, case_id)
            statement, checklist = await round_facts(uow, negotiation)
            # Asked before the document is held: who revokes it holds it, and then waits for the cases that it serves.
            if await reuse.linked(uow.session, case_id, body.evidence_id):
                raise ServesAlready("it counts here as it does where it was handed in")
            found = await reuse.source(uow.session, body.evidence_id)
            if found is None or found.borrower_id != case.borrower_id or found.row.case_id == case_id:
                raise UnknownEvidence("there is no evidence of this id")
            day = self._context.day(uow.now())
            terms = self._checklists.terms(checklist, statement)
            until = _counts_until(found, terms, day)
            if found.reviewer in await hands.negotiators(uow.session, case_id):
                raise ReviewerNegotiates("who reviewed the document negotiates this case")
            row = EvidenceReuse(
                case_id=case_id,
                evidence_id=body.evidence_id,
                checklist_id=checklist.checklist_id,
                expires_on=until,
                consent_ref=body.consent_ref,
                consented_by=self._consents(caller, case, found, terms, body),
                linked_by=caller.person,
                linked_at=uow.now(),
            )
            await reuse.link(uow.session, row)
            await uow.audit(
                "evidence.reused",
                f"evidence/{body.evidence_id}",
                case_id=case_id,
                after={"sha256": found.row.sha256},
                detail={"from_case": str(found.row.case_id)},
            )
            await self._go_on(uow, negotiation, checklist, statement, found, day)
            reused = DocumentReused(
                evidence_id=body.evidence_id,
                case_id=case_id,
                reused_from=found.row.case_id,
                expires_on=until,
                phase=str(negotiation.phase),
            )
            return uow.answer(reused, status=201)

    def _consents(
        self, caller: Caller, case: PlanCase, found: Source, terms: EvidenceTerms, body: ReuseDocument
    ) -> str:
        """Who lets the document serve a purpose that it was not given for. NotReusable, InvalidInput.

        A borrower's own act is the consent to it, but of sensitive data a separate one is needed (Article 29 PIPL), and
        what somebody of the bank was told is kept somewhere.
        """
        who = f"{BORROWER}{self._context.borrower_of(caller) or case.borrower_id}"
        if found.row.consented_by not in (None, who):
            raise NotReusable("only who consented to its use lets it serve another case")
        separate = found.row.consent_ref is not None or terms.separate_consent
        if body.consent_ref is None and (separate or channel_of(caller) != "portal"):
            raise InvalidInput("the borrower's consent to this use is needed", fields=[("#/consent_ref", "missing")])
        return who

    async def _go_on(
        self,
        uow: UnitOfWork,
        negotiation: Negotiation,
        checklist: Checklist,
        statement: StatementOfMeansRow,
        found: Source,
        day: date,
    ) -> None:
        """The document answers what was asked for, as one that was handed in does; nobody reviews it again."""
        wanted = await requested.unanswered(uow.session, checklist.checklist_id)
        fitting = [one for one in wanted if one.evidence_type in (None, found.row.evidence_type)]
        if fitting:
            await requested.answer(uow.session, fitting[0], found.row.evidence_id)
        items, standing = await self._checklists.standing(uow, checklist, statement, day)
        if negotiation.phase == Phase.EVIDENCE and standing.received:
            await self._checklists.received(uow, negotiation, checklist)
            if not standing.sufficient:
                await self._have_reviewed(uow, checklist, day)
        if negotiation.phase == Phase.REVIEW and standing.sufficient:
            await close_not_needed(uow, items, standing)
            await self._checklists.verified(uow, negotiation, checklist)

    async def _have_reviewed(self, uow: UnitOfWork, checklist: Checklist, day: date) -> None:
        documents = await repository.of_case(uow.session, checklist.case_id)
        waiting = [
            one.row
            for one in documents
            if one.row.checklist_id == checklist.checklist_id and one.row.state == EvidenceState.RECEIVED
        ]
        for document in waiting:
            await ask_for_review(uow, document, self._context.policies.clocks(day))
        await repository.move(uow.session, [one.evidence_id for one in waiting], EvidenceState.UNDER_REVIEW)


def _counts_until(found: Source, terms: EvidenceTerms, day: date) -> date:
    """The last day it counts here: no longer than where it was verified, nor than this checklist allows."""
    row = found.row
    if row.evidence_type not in terms.accepted:
        raise InvalidInput("this type is not on the checklist", fields=[("#/evidence_id", "not on the checklist")])
    if row.state != EvidenceState.VERIFIED or row.expires_on is None:
        raise NotReusable("it was not verified, or does not count any more")
    until = min(row.expires_on, valid_through(terms, row.period_end or row.document_date, row.stated_end))
    if until < day:
        raise NotReusable("it was not verified, or does not count any more")
    return until
