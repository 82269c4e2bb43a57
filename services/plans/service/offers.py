"""The borrower's answers to an offer: acceptance of every key term, a counter-proposal, or no."""

from datetime import timedelta
from uuid import UUID

from services.common.contracts.events.plans import AgreementSigned, OfferCountered, OfferDeclined
from services.common.contracts.workflows import plan_workflow_id
from services.common.kernel.errors import InvalidInput
from services.common.kernel.ids import business_uuid
from services.common.kernel.money import Money
from services.common.runtime.caller import Caller
from services.common.runtime.http.answers import Answer
from services.common.runtime.obligations import Obligation
from services.common.runtime.unit_of_work import UnitOfWork
from services.plans.errors import DocumentDiffers, OfferOver
from services.plans.models import Agreement, Negotiation, Objection, Offer, Plan
from services.plans.repository import offers as repository
from services.plans.repository.rows import put
from services.plans.schemas.offers import (
    KEY_TERMS,
    AcceptOffer,
    AgreementView,
    CounterOffer,
    DeclineOffer,
    OfferAnswered,
)
from services.plans.service.asking import ask_for_draft, version_ref
from services.plans.service.context import BORROWER, Context, channel_of, require_negotiator_or_borrower
from services.plans.service.flow import end, lock_plan, move_plan, nudge
from services.plans.service.holds import require_no_hold
from services.plans.service.offering import OFFER
from services.plans.vocabulary import (
    AgreementState,
    EndReason,
    ObjectionReason,
    OfferState,
    Outcome,
    Phase,
    PlanState,
)

ACTIVATION = "activation"


class AnswerOffers:
    """Records what the borrower answers, by own hand or through a person of the bank."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def accept(self, caller: Caller, plan_id: UUID, body: AcceptOffer) -> Answer:
        """Sign exactly what was offered. OfferOver (expired, answered, superseded), HoldInForce, DocumentDiffers."""
        require_negotiator_or_borrower(caller)
        async with self._context.database.write(caller) as uow:
            case, negotiation, plan = await lock_plan(uow, plan_id, self._context.seen_by(caller))
            offer = await _open_offer(uow, plan, body.version)
            await require_no_hold(uow, case)
            if offer.document_hash != body.document_hash:
                raise DocumentDiffers("read the offer again and accept what it says now")
            now = uow.now()
            agreement = await put(
                uow.session,
                Agreement(
                    agreement_id=business_uuid("agreement", str(plan_id), str(plan.version)),
                    plan_id=plan_id,
                    version=plan.version,
                    case_id=plan.case_id,
                    round=plan.round,
                    state=AgreementState.SIGNED,
                    key_terms=list(KEY_TERMS),
                    document_hash=offer.document_hash,
                    accepted_by=f"{BORROWER}{self._context.borrower_of(caller) or case.borrower_id}",
                    recorded_by=caller.subject,
                    channel=channel_of(caller),
                    accepted_at=now,
                ),
            )
            await _close_offer(uow, offer, OfferState.ACCEPTED)
            await move_plan(uow, plan, PlanState.SIGNED, negotiation, Phase.ACTIVATION)
            await uow.emit(
                AgreementSigned(
                    case_id=plan.case_id,
                    agreement_id=agreement.agreement_id,
                    plan_id=plan_id,
                    version=plan.version,
                    round=plan.round,
                )
            )
            hours = self._context.policies.clocks(self._context.day(now)).hours_to_activate
            workflow_id = plan_workflow_id(negotiation.case_id, negotiation.round)
            due = now + timedelta(hours=hours)
            ref = version_ref(plan_id, plan.version)
            await uow.oblige(Obligation(plan.case_id, ACTIVATION, ref, "workflow", due, workflow_id))
            await nudge(uow, negotiation)
            return uow.answer(agreement_view(agreement), status=201)

    async def counter(self, caller: Caller, plan_id: UUID, body: CounterOffer) -> Answer:
        """Record what the borrower wants instead: the next version answers it. OfferOver."""
        require_negotiator_or_borrower(caller)
        async with self._context.database.write(caller) as uow:
            _, negotiation, plan = await lock_plan(uow, plan_id, self._context.seen_by(caller))
            offer = await _open_offer(uow, plan, body.version)
            if body.wanted_payment is not None and (
                body.wanted_payment.currency != plan.currency or not body.wanted_payment.is_positive
            ):
                raise InvalidInput("not a payment of this plan", fields=[("#/wanted_payment", "currency or sign")])
            objection = await _object(
                uow, plan, body.objection, body.own_words, wanted=body.wanted_payment, months=body.wanted_months
            )
            await _close_offer(uow, offer, OfferState.COUNTERED)
            await move_plan(uow, plan, PlanState.COUNTERED, negotiation, Phase.DRAFT)
            await uow.emit(
                OfferCountered(case_id=plan.case_id, plan_id=plan_id, version=plan.version, round=plan.round)
            )
            clocks = self._context.policies.clocks(self._context.day(uow.now()))
            await ask_for_draft(uow, negotiation, plan.version + 1, "offer_countered", clocks)
            return uow.answer(_answered(negotiation, plan, offer, objection.objection_id), status=201)

    async def decline(self, caller: Caller, plan_id: UUID, body: DeclineOffer) -> Answer:
        """Record that the borrower does not want it: the round ends without agreement. OfferOver."""
        require_negotiator_or_borrower(caller)
        async with self._context.database.write(caller) as uow:
            _, negotiation, plan = await lock_plan(uow, plan_id, self._context.seen_by(caller))
            offer = await _open_offer(uow, plan, body.version)
            objection_id = None
            if body.objection is not None:
                objection_id = (await _object(uow, plan, body.objection, body.own_words)).objection_id
            await _close_offer(uow, offer, OfferState.DECLINED)
            await move_plan(uow, plan, PlanState.DECLINED)
            await uow.emit(OfferDeclined(case_id=plan.case_id, plan_id=plan_id, version=plan.version, round=plan.round))
            await end(uow, negotiation, Outcome.NO_AGREEMENT, EndReason.OFFER_DECLINED)
            await nudge(uow, negotiation)
            return uow.answer(_answered(negotiation, plan, offer, objection_id), status=201)


async def _open_offer(uow: UnitOfWork, plan: Plan, version: int | None) -> Offer:
    if version is not None and version != plan.version:
        raise OfferOver(f"version {version} is not the newest one")
    offer = await repository.get_offer(uow.session, plan)
    if offer is None or offer.state != OfferState.ISSUED:
        raise OfferOver("there is no open offer of this version")
    if uow.now() >= offer.expires_at:
        raise OfferOver("the offer has expired")
    return offer


async def _close_offer(uow: UnitOfWork, offer: Offer, state: OfferState) -> None:
    await repository.answer(uow.session, offer, state, uow.now())
    await uow.meet(OFFER, version_ref(offer.plan_id, offer.version))


async def _object(
    uow: UnitOfWork,
    plan: Plan,
    reason: ObjectionReason,
    own_words: str | None,
    *,
    wanted: Money | None = None,
    months: int | None = None,
) -> Objection:
    return await put(
        uow.session,
        Objection(
            objection_id=business_uuid("objection", str(plan.plan_id), str(plan.version)),
            plan_id=plan.plan_id,
            version=plan.version,
            case_id=plan.case_id,
            reason=reason,
            wanted_payment=wanted.amount if wanted else None,
            wanted_months=months,
            own_words=own_words,
            recorded_by=uow.caller.person,
            recorded_at=uow.now(),
        ),
    )


def agreement_view(agreement: Agreement) -> AgreementView:
    """An agreement as it is shown."""
    return AgreementView(
        agreement_id=agreement.agreement_id,
        plan_id=agreement.plan_id,
        version=agreement.version,
        case_id=agreement.case_id,
        state=str(agreement.state),
        document_hash=agreement.document_hash,
        channel=agreement.channel,
        accepted_at=agreement.accepted_at,
    )


def _answered(negotiation: Negotiation, plan: Plan, offer: Offer, objection_id: UUID | None) -> OfferAnswered:
    return OfferAnswered(
        plan_id=plan.plan_id,
        version=plan.version,
        state=str(offer.state),
        phase=str(negotiation.phase),
        objection_id=objection_id,
    )
