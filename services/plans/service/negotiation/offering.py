"""Offering an approved version: what the borrower is shown, how long it stands, and the word that it is there."""

from datetime import datetime, time, timedelta

from services.common.contracts.events.plans import PlanApproved, PlanFlag
from services.common.contracts.workflows import DeliveryRequest, plan_workflow_id
from services.common.kernel.canonical import fingerprint
from services.common.kernel.money import Money
from services.common.runtime.obligations import Obligation
from services.common.runtime.unit_of_work import UnitOfWork
from services.plans.agreement_texts import (
    Occasion,
    consent,
    exchanges,
    questions,
    reporting,
    sections,
    values_of,
)
from services.plans.domain.agreement import missing_contents
from services.plans.domain.catalogue import ReliefType
from services.plans.errors import TooLateToOffer
from services.plans.models import Negotiation, Offer, Plan, PlanCase
from services.plans.refusals import ContentsMissing
from services.plans.repository.rows import put
from services.plans.schemas.agreements import Section
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
    """Offer a version that was just approved. TooLateToOffer when the borrower would have no time to decide,
    ContentsMissing when the agreement would not say what it must."""
    now = uow.now()
    offered = _document(context, case, plan, lines, now)
    expires_at, document = offered.expires_at, offered.model_dump(mode="json")
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


def require_contents(context: Context, case: PlanCase, plan: Plan, now: datetime) -> None:
    """ContentsMissing for a version on which no agreement could be written that says what the packs of its case ask for
    (CN-14)."""
    made = occasion_of(context, case, plan, now, now)
    _require_contents(context, case, made, sections(made, values_of(made)))


def occasion_of(context: Context, case: PlanCase, plan: Plan, approved_at: datetime, expires_at: datetime) -> Occasion:
    """What is said of a version, as of now."""
    day = context.day(context.database.clock.now())
    required = context.policies.agreement_contents(day, case.pack, case.product, settlement=False)
    no_card = context.policies.agreements(day).no_card_item
    return Occasion(
        relief=ReliefType(plan.relief_type),
        terms=terms_of(plan),
        total=Money.of(plan.total, plan.currency),
        today=day,
        approved_on=context.day(approved_at),
        expires_at=expires_at,
        zone=context.zone,
        level=plan.needed_level or "",
        no_card=any(no_card in items for items in required.values()),
        reporting_years=context.policies.reporting_years(day, case.pack, case.product),
    )


def _require_contents(context: Context, case: PlanCase, made: Occasion, written: list[Section]) -> None:
    settlement = made.relief is ReliefType.SETTLE
    required = context.policies.agreement_contents(made.today, case.pack, case.product, settlement=settlement)
    if missing := missing_contents(required, [item for section in written for item in section.says]):
        absent = "; ".join(f"{rule}: {', '.join(items)}" for rule, items in sorted(missing.items()))
        raise ContentsMissing(
            f"the words of the agreement lack {absent}",
            rules=sorted(missing),
            missing={rule: list(items) for rule, items in sorted(missing.items())},
        )


def _document(context: Context, case: PlanCase, plan: Plan, lines: list[Line], now: datetime) -> OfferDocument:
    terms, expires_at = terms_of(plan), _ends(context, now, plan)
    made = occasion_of(context, case, plan, now, expires_at)
    values = values_of(made)
    written = sections(made, values)
    _require_contents(context, case, made, written)
    return OfferDocument(
        plan_id=plan.plan_id,
        version=plan.version,
        account_ref=plan.account_ref,
        relief_type=made.relief,
        payment=terms.payment,
        instalments=terms.instalments,
        total=made.total,
        first_due_date=terms.first_due_date,
        end_date=terms.end_date,
        comparison=terms.comparison,
        schedule=lines,
        key_terms=key_terms(made.relief, terms, expires_at, context.zone),
        expires_at=expires_at,
        approved_level=plan.needed_level,
        sections=written,
        exchanges=exchanges(made, values),
        reporting=reporting(made, values),
        consent=consent(context.policies.agreements(made.today).consent_version),
        questions=questions(),
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
