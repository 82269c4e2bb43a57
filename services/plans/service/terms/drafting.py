"""Drafting a version of a plan: computed again from the core's account, judged, and kept with its schedule."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from services.common.banking.port import AccountSnapshot, schedule_hash
from services.common.contracts.events.plans import PlanDrafted
from services.common.kernel.errors import InvalidInput, Refused
from services.common.runtime.caller import Caller
from services.common.runtime.http.answers import Answer
from services.common.runtime.obligations import Obligation
from services.common.runtime.unit_of_work import UnitOfWork
from services.plans.domain.approval import evidence_suffices
from services.plans.domain.catalogue import ReliefType
from services.plans.domain.same_offer import Shape, same_offer
from services.plans.errors import SameOfferAgain, UnknownCase
from services.plans.models import Checklist, Plan, PlanCase, StatementOfMeansRow
from services.plans.repository import basis, cases, objected, offers, plans
from services.plans.repository.objected import Objected
from services.plans.schemas.base import Line, PlanTermsRecord
from services.plans.schemas.plans import DraftPlan
from services.plans.service.asking import DRAFT, plan_id_of, version_path, version_ref
from services.plans.service.context import NEGOTIATORS, Context
from services.plans.service.evidence.checklists import Checklists
from services.plans.service.flow import lock, move_plan, require_phase
from services.plans.service.hands import require_negotiates
from services.plans.service.means.past import UNKNOWN, Past, past_of
from services.plans.service.negotiation.holds import require_no_hold
from services.plans.service.reading import plan_view
from services.plans.service.stored import round_facts, terms_of
from services.plans.service.terms.computing import Draft, draft_terms
from services.plans.service.terms.disclosures import require_disclosures
from services.plans.service.terms.gains import require_gain
from services.plans.vocabulary import ObjectionReason, Phase, PlanState

SUBMISSION = "submission"
ABOUT_TIME = frozenset({ObjectionReason.FIRST_PAYMENT_TOO_SOON, ObjectionReason.NEEDS_TIME})
"""What a later first payment answers."""


class DraftPlans:
    """Makes the next version of the plan of a round."""

    def __init__(self, context: Context, checklists: Checklists) -> None:
        self._context = context
        self._checklists = checklists

    async def draft(self, caller: Caller, case_id: UUID, body: DraftPlan) -> Answer:
        """Keep a new version.

        WrongPhase, DisclosuresOpen, HoldInForce, Refused (rules), SameOfferAgain, NobodyMayGrant, InvalidInput (dates).
        """
        caller.require_any(NEGOTIATORS)
        seen = self._context.seen_by(caller)
        async with self._context.database.read() as session:
            account_ref = await cases.account_of(session, case_id, seen)
        if account_ref is None:
            raise UnknownCase("plans does not know this case yet")
        snapshot = await self._context.core.get_account(account_ref)
        past = await self._past(snapshot, body)
        async with self._context.database.write(caller) as uow:
            case, negotiation = await lock(uow, case_id, seen)
            require_phase(negotiation, Phase.DRAFT)
            await require_negotiates(uow, case_id)
            await require_disclosures(uow, case_id)
            await require_no_hold(uow, case)
            day = self._context.day(uow.now())
            statement, checklist = await round_facts(uow, negotiation)
            items, standing = await self._checklists.standing(uow, checklist, statement, day)
            if not evidence_suffices(standing, day):
                raise Refused("the evidence does not support a plan today", rules=["APR-04"])
            draft = await draft_terms(self._context, uow, case, statement, snapshot, past, body, day)
            require_gain(self._context, body.relief_type, draft.record, day)
            earlier = await plans.versions(uow.session, plan_id_of(negotiation))
            _require_other_terms(draft, await objected.of_case(uow.session, case_id, body.relief_type))
            plan = await self._keep(uow, case, statement, checklist, draft, body, earlier)
            await basis.keep(uow.session, plan, standing.supporting)
            clocks = self._context.policies.clocks(day)
            ref = version_ref(plan.plan_id, plan.version)
            await uow.emit(
                PlanDrafted(
                    case_id=case_id,
                    plan_id=plan.plan_id,
                    version=plan.version,
                    relief_type=body.relief_type.value,
                    round=negotiation.round,
                )
            )
            await uow.close_task(DRAFT, ref, "drafted")
            due = uow.now() + timedelta(days=clocks.days_to_submit)
            await uow.oblige(Obligation(case_id, SUBMISSION, ref, "person", due))
            lines = [Line(number=n.number, due_date=n.due_date, amount=n.amount) for n in draft.terms.schedule]
            view = plan_view(plan, lines, items)
            return uow.answer(view, status=201, etag=plan.revision, location=f"/v1/plans/{plan.plan_id}")

    async def _past(self, snapshot: AccountSnapshot, body: DraftPlan) -> Past:
        """What the core knows of the account's past, for the relief that depends on it."""
        if body.relief_type is not ReliefType.REAGE:
            return UNKNOWN
        day = self._context.day(self._context.database.clock.now())
        return await past_of(self._context.core, snapshot, self._context.policies.reliefs.on(day).value)

    async def _keep(
        self,
        uow: UnitOfWork,
        case: PlanCase,
        statement: StatementOfMeansRow,
        checklist: Checklist,
        draft: Draft,
        body: DraftPlan,
        earlier: Sequence[Plan],
    ) -> Plan:
        plan_id = plan_id_of(case)
        last = earlier[-1] if earlier else None
        if last is not None and last.state == PlanState.DRAFTED:
            await move_plan(uow, last, PlanState.SUPERSEDED)
            await uow.release(SUBMISSION, version_ref(plan_id, last.version))
        objections = await offers.objections(uow.session, plan_id) if earlier else []
        answered = (
            objections[-1].objection_id if objections and last and objections[-1].version == last.version else None
        )
        if body.answers_objection is not None:
            if body.answers_objection not in {objection.objection_id for objection in objections}:
                raise InvalidInput("there is no such objection", fields=[("#/answers_objection", "unknown")])
            answered = body.answers_objection
        schedule = draft.terms.schedule
        plan = await plans.add(
            uow.session,
            Plan(
                plan_id=plan_id,
                version=last.version + 1 if last else 1,
                revision=last.revision + 1 if last else 1,
                case_id=case.case_id,
                round=case.round,
                account_ref=case.account_ref,
                state=PlanState.DRAFTED,
                relief_type=body.relief_type,
                terms=draft.record.model_dump(mode="json"),
                total=draft.terms.total.amount,
                currency=case.currency,
                schedule_hash=_hash(draft),
                assessment_id=statement.assessment_id,
                checklist_id=checklist.checklist_id,
                answers_objection=answered,
                proposed_by=uow.caller.person,
                drafted_at=uow.now(),
            ),
            schedule,
        )
        await uow.audit(
            "plan.drafted",
            version_path(plan),
            case_id=case.case_id,
            after={"terms": plan.terms, "schedule_hash": plan.schedule_hash},
            detail=draft.record.policy_versions,
        )
        return plan


def _require_other_terms(draft: Draft, earlier: Sequence[Objected]) -> None:
    """What the borrower of a case objected to is not offered again, in whatever round (seed practice: answer the
    objection)."""
    shape = _shape(draft.record, [line.amount.amount for line in draft.terms.schedule])
    for one in earlier:
        before = _shape(terms_of(one.plan), one.amounts)
        if same_offer(shape, before, about_time=one.reasons <= ABOUT_TIME):
            raise SameOfferAgain(f"version {one.plan.version} had these terms and was objected to")


def _shape(terms: PlanTermsRecord, amounts: Sequence[Decimal]) -> Shape:
    return Shape(
        amounts=tuple(amounts),
        pause_months=terms.deferral_months,
        waived_interest=terms.waived_interest.amount,
        waived_fees=terms.waived_fees.amount,
        first_due=terms.first_due_date,
    )


def _hash(draft: Draft) -> str:
    return schedule_hash((line.number, line.due_date, line.amount) for line in draft.terms.schedule)
