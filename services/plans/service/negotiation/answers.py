"""The borrower's other answers to an offer: a worry that is answered, a counter-proposal, or no."""

from uuid import UUID

from services.common.contracts.events.plans import OfferCountered, OfferDeclined
from services.common.kernel.errors import InvalidInput
from services.common.kernel.ids import business_uuid
from services.common.kernel.money import Money
from services.common.runtime.caller import Caller
from services.common.runtime.http.answers import Answer
from services.common.runtime.unit_of_work import UnitOfWork
from services.plans.agreement_texts import reporting, values_of
from services.plans.models import Negotiation, Objection, Offer, Plan, PlanCase
from services.plans.objection_texts import feasibility
from services.plans.repository import offers as repository
from services.plans.repository.rows import put
from services.plans.schemas.agreements import Feasibility, Object
from services.plans.schemas.offers import CounterOffer, DeclineOffer, OfferAnswered
from services.plans.service.agreement.showing import objection_view
from services.plans.service.asking import ask_for_draft
from services.plans.service.context import Context, require_negotiator_or_borrower
from services.plans.service.flow import end, lock_plan, move_plan, nudge
from services.plans.service.hands import require_negotiates
from services.plans.service.negotiation.offering import occasion_of
from services.plans.service.negotiation.open_offers import close_offer, open_offer
from services.plans.vocabulary import EndReason, ObjectionReason, OfferState, Outcome, Phase, PlanState


class AnswerOffers:
    """Records what the borrower answers, by own hand or through a person of the bank."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def object(self, caller: Caller, plan_id: UUID, body: Object) -> Answer:
        """Record a worry and answer it from the borrower's own numbers; the offer stays open. OfferOver."""
        require_negotiator_or_borrower(caller)
        async with self._context.database.write(caller) as uow:
            case, _, plan = await lock_plan(uow, plan_id, self._context.seen_by(caller))
            offer = await open_offer(uow, plan, body.version)
            await require_negotiates(uow, case.case_id)
            objection = await self._object(uow, case, plan, offer, body.objection, body.own_words)
            return uow.answer(objection_view(objection, plan.currency), status=201)

    async def counter(self, caller: Caller, plan_id: UUID, body: CounterOffer) -> Answer:
        """Record what the borrower wants instead: the next version answers it. OfferOver."""
        require_negotiator_or_borrower(caller)
        async with self._context.database.write(caller) as uow:
            case, negotiation, plan = await lock_plan(uow, plan_id, self._context.seen_by(caller))
            offer = await open_offer(uow, plan, body.version)
            await require_negotiates(uow, case.case_id)
            if body.wanted_payment is not None and (
                body.wanted_payment.currency != plan.currency or not body.wanted_payment.is_positive
            ):
                raise InvalidInput("not a payment of this plan", fields=[("#/wanted_payment", "currency or sign")])
            objection = await self._object(
                uow, case, plan, offer, body.objection, body.own_words,
                wanted=body.wanted_payment, months=body.wanted_months,
            )  # fmt: skip
            await close_offer(uow, offer, OfferState.COUNTERED)
            await move_plan(uow, plan, PlanState.COUNTERED, negotiation, Phase.DRAFT)
            await uow.emit(
                OfferCountered(case_id=plan.case_id, plan_id=plan_id, version=plan.version, round=plan.round)
            )
            clocks = self._context.policies.clocks(self._context.day(uow.now()))
            await ask_for_draft(uow, negotiation, plan.version + 1, "offer_countered", clocks)
            return uow.answer(_answered(negotiation, plan, offer, objection), status=201)

    async def decline(self, caller: Caller, plan_id: UUID, body: DeclineOffer) -> Answer:
        """Record that the borrower does not want it: the round ends without agreement. OfferOver."""
        require_negotiator_or_borrower(caller)
        async with self._context.database.write(caller) as uow:
            case, negotiation, plan = await lock_plan(uow, plan_id, self._context.seen_by(caller))
            offer = await open_offer(uow, plan, body.version)
            await require_negotiates(uow, case.case_id)
            objection = None
            if body.objection is not None:
                objection = await self._object(uow, case, plan, offer, body.objection, body.own_words)
            await close_offer(uow, offer, OfferState.DECLINED)
            await move_plan(uow, plan, PlanState.DECLINED)
            await uow.emit(OfferDeclined(case_id=plan.case_id, plan_id=plan_id, version=plan.version, round=plan.round))
            await end(uow, negotiation, Outcome.NO_AGREEMENT, EndReason.OFFER_DECLINED)
            await nudge(uow, negotiation)
            return uow.answer(_answered(negotiation, plan, offer, objection), status=201)

    async def _object(
        self,
        uow: UnitOfWork,
        case: PlanCase,
        plan: Plan,
        offer: Offer,
        reason: ObjectionReason,
        own_words: str | None,
        *,
        wanted: Money | None = None,
        months: int | None = None,
    ) -> Objection:
        """Keep an objection with its answer. The same worry about the same version again is the one there is, with what
        was said last."""
        made = occasion_of(self._context, case, plan, offer.issued_at, offer.expires_at)
        values = values_of(made)
        answer = feasibility(reason, values, reporting(made, values), deficit=made.terms.own_share < made.terms.payment)
        objection = Objection(
            objection_id=business_uuid("objection", str(plan.plan_id), str(plan.version), reason),
            plan_id=plan.plan_id,
            version=plan.version,
            case_id=plan.case_id,
            reason=reason,
            wanted_payment=wanted.amount if wanted else None,
            wanted_months=months,
            own_words=own_words,
            answer=answer.model_dump(mode="json"),
            recorded_by=uow.caller.person,
            recorded_at=uow.now(),
        )
        known = await repository.objection_of(uow.session, objection.objection_id)
        if known is None:
            return await put(uow.session, objection)
        objection.own_words = own_words or known.own_words
        await repository.repeat(uow.session, objection)
        return objection


def _answered(negotiation: Negotiation, plan: Plan, offer: Offer, objection: Objection | None) -> OfferAnswered:
    return OfferAnswered(
        plan_id=plan.plan_id,
        version=plan.version,
        state=str(offer.state),
        phase=str(negotiation.phase),
        objection_id=objection.objection_id if objection else None,
        answer=Feasibility.model_validate(objection.answer) if objection else None,
    )
