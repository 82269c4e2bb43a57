"""Reads of plans: versions, the offer, and the evidence of a case."""

from uuid import UUID

from services.common.runtime.caller import Caller
from services.common.runtime.http.answers import Answer
from services.plans.errors import NoOffer, UnknownCase, UnknownPlan
from services.plans.repository import cases, checks, offers, plans, requested, reuse
from services.plans.repository import evidence as evidence_repository
from services.plans.schemas.evidence import EvidenceList, RequestView
from services.plans.schemas.offers import OfferDocument, OfferView
from services.plans.schemas.plans import PlanList
from services.plans.service.context import READERS, Context
from services.plans.service.evidence.checklists import Checklists
from services.plans.service.evidence.ledger import reusable_to, shown_to
from services.plans.service.reading import plan_summary, read_plan
from services.plans.service.roles_shown import plan_for, summary_for


class Queries:
    """Answers questions; nothing changes."""

    def __init__(self, context: Context, checklists: Checklists) -> None:
        self._context = context
        self._checklists = checklists

    async def plan(self, caller: Caller, plan_id: UUID) -> Answer:
        """The newest version, with the ETag that a change must name. UnknownPlan."""
        caller.require_any(READERS)
        async with self._context.database.read() as session:
            plan = await plans.latest(session, plan_id, self._context.seen_by(caller))
            if plan is None:
                raise UnknownPlan("there is no plan of this id")
            return Answer(plan_for(caller, await read_plan(session, plan)), etag=plan.revision)

    async def plans_of(self, caller: Caller, case_id: UUID) -> PlanList:
        """All versions of a case. UnknownCase."""
        caller.require_any(READERS)
        seen = self._context.seen_by(caller)
        async with self._context.database.read() as session:
            found = await plans.of_case(session, case_id, seen)
            if not found and await cases.account_of(session, case_id, seen) is None:
                raise UnknownCase("plans does not know this case yet")
        return PlanList(case_id=case_id, items=[summary_for(caller, plan_summary(plan)) for plan in found])

    async def offer(self, caller: Caller, case_id: UUID) -> OfferView:
        """The newest offer of a case. UnknownCase, NoOffer."""
        caller.require_any(READERS)
        seen = self._context.seen_by(caller)
        async with self._context.database.read() as session:
            offer = await offers.latest_offer(session, case_id, seen)
            if offer is None and await cases.account_of(session, case_id, seen) is None:
                raise UnknownCase("plans does not know this case yet")
        if offer is None:
            raise NoOffer("nothing has been offered in this case")
        return OfferView(
            case_id=case_id,
            state=str(offer.state),
            document=OfferDocument.model_validate(offer.document),
            document_hash=offer.document_hash,
            issued_at=offer.issued_at,
        )

    async def evidence(self, caller: Caller, case_id: UUID) -> EvidenceList:
        """The checklist of the present round and every document, without contents. UnknownCase."""
        caller.require_any(READERS)
        async with self._context.database.read() as session:
            present = await cases.present(session, case_id, self._context.seen_by(caller))
            if present is None:
                raise UnknownCase("plans does not know this case yet")
            found = await evidence_repository.of_case(session, case_id)
            made = await checks.of_case(session, case_id)
            checklist_id = present[2].checklist_id if present[2] else None
            day = self._context.day(self._context.database.clock.now())
            others = await reuse.reusable(session, case_id, present[0].borrower_id, day)
            wanted = [] if checklist_id is None else await requested.unanswered(session, checklist_id)
        case, statement, checklist = present
        borrower_id = self._context.borrower_of(caller)
        terms = self._checklists.terms(checklist, statement) if checklist and statement else None
        return EvidenceList(
            case_id=case_id,
            checklist_id=checklist.checklist_id if checklist else None,
            state=str(checklist.state) if checklist else None,
            accepted=list(terms.accepted) if terms else [],
            needed=terms.needed if terms else 0,
            methods=list(terms.verify) if terms else [],
            separate_consent=terms.separate_consent if terms else False,
            deadline_at=checklist.deadline_at if checklist else None,
            requested=[
                RequestView(evidence_type=one.evidence_type, cause=one.cause, requested_at=one.requested_at)
                for one in wanted
            ],
            items=[shown_to(caller, borrower_id, one, made.get(one.row.evidence_id, []), day) for one in found],
            reusable=reusable_to(caller, borrower_id, case, others, terms.accepted if terms else ()),
        )
