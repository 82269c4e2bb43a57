"""What the core made of a signed plan, kept and told: in force as agreed, or back to a draft."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from services.common.banking.port import CoreRelief, CoreSchedule
from services.common.contracts.events.plans import PlanActivated, PlanActivationRefused
from services.common.contracts.workflows import DeliveryRequest
from services.common.kernel.money import Money
from services.common.runtime.unit_of_work import UnitOfWork
from services.plans.models import Agreement, Negotiation, Plan, PlanCase
from services.plans.repository import flags, offers, plans
from services.plans.service.agreement.repaying import concession_of, debt_of, schedule_of
from services.plans.service.agreement.signing import ACTIVATION
from services.plans.service.approval.flagging import told
from services.plans.service.asking import ask_for_draft, ask_for_review_of_terms, version_path, version_ref
from services.plans.service.context import Context
from services.plans.service.flow import end, move_plan
from services.plans.service.stored import lines_of, terms_of
from services.plans.vocabulary import ActivationState, AgreementState, EndReason, Outcome, Phase, PlanState
from services.plans.workflows.messages import ActivationResult


async def in_force(
    context: Context,
    uow: UnitOfWork,
    case: PlanCase,
    negotiation: Negotiation,
    plan: Plan,
    agreement: Agreement,
    schedule: CoreSchedule,
) -> ActivationResult:
    """The core runs the plan as agreed: it is followed up from here on."""
    day = context.day(uow.now())
    reference = await keep_in_force(uow, plan, schedule, AgreementState.ACTIVE)
    await move_plan(uow, plan, PlanState.ACTIVE)
    lines = lines_of(await plans.schedule(uow.session, plan.plan_id, plan.version), plan.currency)
    await uow.emit(
        PlanActivated(
            case_id=plan.case_id,
            agreement_id=agreement.agreement_id,
            borrower_id=case.borrower_id,
            plan_id=plan.plan_id,
            version=plan.version,
            account_ref=plan.account_ref,
            relief_type=CoreRelief(plan.relief_type).value,
            pack=case.pack,
            language="en" if case.language == "en" else "zh",
            round=plan.round,
            total=Money.of(plan.total, plan.currency),
            schedule=schedule_of(plan, lines),
            schedule_hash=plan.schedule_hash,
            core_reference=reference,
            activated_on=day,
            days_past_due=case.days_past_due,
            debt=debt_of(case, plan),
            **concession_of(plan),
            flags=told(await flags.of_version(uow.session, plan.plan_id, plan.version)),
        )
    )
    await _tell(uow, plan, agreement.agreement_id, lines[0].due_date)
    await uow.meet(ACTIVATION, version_ref(plan.plan_id, plan.version))
    await end(uow, negotiation, Outcome.ACTIVE, EndReason.ACTIVATED, agreement.agreement_id)
    review = terms_of(plan).review_date
    if review is not None:
        early = timedelta(days=context.policies.clocks(day).days_to_review_terms)
        # Asked for after the round ended, because that closes whatever is open.
        await ask_for_review_of_terms(uow, plan, datetime.combine(review - early, time.min, context.zone))
    return ActivationResult(outcome="done")


async def refused(
    context: Context,
    uow: UnitOfWork,
    case: PlanCase,
    negotiation: Negotiation,
    plan: Plan,
    code: str,
    *,
    runs_otherwise: bool = False,
) -> ActivationResult:
    """The core runs it not, or otherwise than agreed: the borrower is told, and it goes back to a draft."""
    await offers.conclude(uow.session, plan, uow.now(), ActivationState.REFUSED, AgreementState.VOID, code=code)
    await move_plan(uow, plan, PlanState.ACTIVATION_REFUSED, negotiation, Phase.DRAFT)
    await uow.emit(
        PlanActivationRefused(
            case_id=case.case_id,
            plan_id=plan.plan_id,
            version=plan.version,
            reason_code=code,
            round=plan.round,
            runs_otherwise=runs_otherwise,
        )
    )
    await uow.release(ACTIVATION, version_ref(plan.plan_id, plan.version))
    clocks = context.policies.clocks(context.day(uow.now()))
    await ask_for_draft(uow, negotiation, plan.version + 1, "activation_refused", clocks)
    await uow.send_message(
        DeliveryRequest(
            case_id=plan.case_id,
            purpose="activation_refused",
            object_ref=str(plan.plan_id),
            version=plan.version,
            template="activation_refused",
            params={},
            message_class="receipt",
        )
    )
    return ActivationResult(outcome="refused")


def key_of(plan: Plan) -> str:
    """The idempotency key of the command to the core, under which the core has the plan."""
    return f"{version_path(plan)}/activate"


async def keep_in_force(uow: UnitOfWork, plan: Plan, schedule: CoreSchedule, agreement: AgreementState) -> str:
    """Keep that the core runs a version; its reference there."""
    reference = schedule.reference or version_path(plan)
    await offers.conclude(
        uow.session,
        plan,
        uow.now(),
        ActivationState.DONE,
        agreement,
        core_reference=reference,
        schedule_hash=schedule.hash,
    )
    return reference


async def _tell(uow: UnitOfWork, plan: Plan, agreement_id: UUID, first_due: date) -> None:
    terms = terms_of(plan)
    await uow.send_message(
        DeliveryRequest(
            case_id=plan.case_id,
            purpose="activation",
            object_ref=str(agreement_id),
            version=1,
            template="activation",
            params={
                "payment": str(terms.payment),
                "count": str(terms.instalments),
                "total": str(terms.comparison.after_total),
                "first_due_date": first_due.isoformat(),
                "end_date": terms.end_date.isoformat(),
            },
            message_class="receipt",
        )
    )
