"""An offer while it is open, and its end."""

from services.common.runtime.unit_of_work import UnitOfWork
from services.plans.errors import OfferOver
from services.plans.models import Offer, Plan
from services.plans.repository import offers as repository
from services.plans.service.asking import version_ref
from services.plans.service.negotiation.offering import OFFER
from services.plans.vocabulary import OfferState


async def open_offer(uow: UnitOfWork, plan: Plan, version: int | None) -> Offer:
    """The open offer of the newest version. OfferOver when it expired, was answered, or is not of this version."""
    if version is not None and version != plan.version:
        raise OfferOver(f"version {version} is not the newest one")
    offer = await repository.get_offer(uow.session, plan.plan_id, plan.version)
    if offer is None or offer.state != OfferState.ISSUED:
        raise OfferOver("there is no open offer of this version")
    if uow.now() >= offer.expires_at:
        raise OfferOver("the offer has expired")
    return offer


async def close_offer(uow: UnitOfWork, offer: Offer, state: OfferState) -> None:
    """Let an open offer be over."""
    await repository.answer(uow.session, offer, state, uow.now())
    await uow.meet(OFFER, version_ref(offer.plan_id, offer.version))
