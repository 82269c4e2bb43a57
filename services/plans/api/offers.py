"""Routes: offers and the borrower's answers."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.common.runtime.http.answers import Answer, respond
from services.common.runtime.http.auth import AnyCaller
from services.common.runtime.http.commands import CommandCaller
from services.plans.schemas.agreements import Object, ObjectionView
from services.plans.schemas.offers import CounterOffer, DeclineOffer, OfferAnswered, OfferView
from services.plans.service.plans_service import PlansService


def router(service: PlansService) -> APIRouter:
    """Reading an offer, objecting to it, countering it, declining it."""
    routes = APIRouter(tags=["offers"])

    @routes.get("/cases/{case_id}/offer", response_model=OfferView)
    async def get_offer(case_id: UUID, caller: AnyCaller) -> Response:
        """The newest offer of a case, with its key terms in Chinese and English."""
        return respond(Answer(await service.queries.offer(caller, case_id)))

    @routes.post("/plans/{plan_id}/objections", status_code=201, response_model=ObjectionView)
    async def object_to_offer(plan_id: UUID, body: Object, caller: CommandCaller) -> Response:
        """Say what is wrong with an offer; the answer is from the borrower's own numbers, and the offer stays open."""
        return respond(await service.offers.object(caller, plan_id, body))

    @routes.post("/plans/{plan_id}/counter", status_code=201, response_model=OfferAnswered)
    async def counter_offer(plan_id: UUID, body: CounterOffer, caller: CommandCaller) -> Response:
        """Say what is wanted instead, and why."""
        return respond(await service.offers.counter(caller, plan_id, body))

    @routes.post("/plans/{plan_id}/decline", status_code=201, response_model=OfferAnswered)
    async def decline_offer(plan_id: UUID, body: DeclineOffer, caller: CommandCaller) -> Response:
        """Decline the offer; the round ends without agreement."""
        return respond(await service.offers.decline(caller, plan_id, body))

    return routes
