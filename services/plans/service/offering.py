"""Offering an approved version: what the borrower is shown, how long it stands, and the word that it is there."""

from datetime import datetime, time, timedelta

from services.common.contracts.events.plans import PlanApproved, PlanFlag
from services.common.contracts.workflows import DeliveryRequest, plan_workflow_id
from services.common.kernel.canonical import fingerprint
from services.common.kernel.money import Money
from services.common.runtime.obligations import Obligation
from services.common.runtime.unit_of_work import UnitOfWork
from services.plans.domain.catalogue import ReliefType
from services.plans.errors import TooLateToOffer
from services.plans.models import Negotiation, Offer, Plan, PlanCase
from services.plans.repository.rows import put
from services.plans.schemas.base import Line
from services.plans.schemas.offers import OfferDocument
from services.plans.service.asking import version_ref
from services.plans.service.context import Context
from services.plans.service.flow import move_plan
from services.plans.service.stored import terms_of
from services.plans.texts import key_terms
from services.plans.vocabulary import OfferState, Phase, PlanState

OFFER = "offer"


async def issue_offer(
    context: Context,
    uow: UnitOfWork,
    case: PlanCase,
    negotiation: Negotiation,
    plan: Plan,
    lines: list[Line],
    flags: tuple[PlanFlag, ...],
) -> None:
    """Offer a version that was just approved. TooLateToOffer when the borrower would have no time to decide."""
    now = uow.now()
    expires_at = _ends(context, now, plan)
    document = _document(context, case, plan, lines, expires_at).model_dump(mode="json")
    await put(
        uow.session,
        Offer(
            plan_id=plan.plan_id,
            version=plan.version,
            case_id=plan.case_id,
            state=OfferState.ISSUED,
            document=document,
            document_hash=fingerprint(document),
            issued_at=now,
            expires_at=expires_at,
        ),
    )
    plan.expires_at = expires_at
    await move_plan(uow, plan, PlanState.OFFERED, negotiation, Phase.OFFER)
    await uow.emit(
        PlanApproved(
            case_id=plan.case_id,
            plan_id=plan.plan_id,
            version=plan.version,
            proposal_hash=plan.proposal_hash or "",
            expires_at=expires_at,
            flags=flags,
            round=plan.round,
        )
    )
    await uow.send_message(_message(context, plan, expires_at))
    workflow_id = plan_workflow_id(negotiation.case_id, negotiation.round)
    ref = version_ref(plan.plan_id, plan.version)
    await uow.oblige(Obligation(plan.case_id, OFFER, ref, "workflow", expires_at, workflow_id))


def _document(context: Context, case: PlanCase, plan: Plan, lines: list[Line], expires_at: datetime) -> OfferDocument:
    terms = terms_of(plan)
    return OfferDocument(
        plan_id=plan.plan_id,
        version=plan.version,
        account_ref=plan.account_ref,
        relief_type=ReliefType(plan.relief_type),
        payment=terms.payment,
        instalments=terms.instalments,
        total=Money.of(plan.total, plan.currency),
        first_due_date=terms.first_due_date,
        end_date=terms.end_date,
        comparison=terms.comparison,
        schedule=lines,
        key_terms=key_terms(ReliefType(plan.relief_type), terms, expires_at, context.zone),
        expires_at=expires_at,
    )


def _message(context: Context, plan: Plan, expires_at: datetime) -> DeliveryRequest:
    terms = terms_of(plan)
    return DeliveryRequest(
        case_id=plan.case_id,
        purpose="offer",
        object_ref=str(plan.plan_id),
        version=plan.version,
        template="offer",
        params={
            "payment": str(terms.payment),
            "count": str(terms.instalments),
            "total": str(terms.comparison.after_total),
            "change": str(terms.comparison.total_cost_change),
            "end_date": terms.end_date.isoformat(),
            "expires_on": context.day(expires_at).isoformat(),
        },
        message_class="arrangement",
    )


def _ends(context: Context, now: datetime, plan: Plan) -> datetime:
    clocks = context.policies.clocks(context.day(now))
    last_day = terms_of(plan).first_due_date - timedelta(days=clocks.days_before_first_payment)
    latest = datetime.combine(last_day, time.min, context.zone)
    expires_at = min(now + timedelta(days=clocks.days_offer_stands), latest)
    if expires_at <= now:
        raise TooLateToOffer("return the plan, so that later dates can be drafted")
    return expires_at
