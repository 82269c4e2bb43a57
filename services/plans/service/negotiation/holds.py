"""Holds that reach plans: nobody makes new terms under one; what a borrower asks for is taken in all the same."""

from services.common.contracts.events.cases import HoldLifted, HoldPlaced
from services.common.runtime.unit_of_work import UnitOfWork
from services.plans.errors import HoldInForce
from services.plans.models import PlanCase
from services.plans.repository import holds

OFFER = "offer"


def stops_offers(event: HoldPlaced) -> bool:
    """Whether nobody makes new terms under a hold."""
    return OFFER in event.blocks


async def hear_hold(uow: UnitOfWork, event: HoldPlaced) -> None:
    """Keep a hold. It may be heard of before the case is."""
    await holds.keep(uow.session, event.model_dump(include={"hold_id", "borrower_id", "starts_at", "ends_at"}))


async def hear_lifted(uow: UnitOfWork, event: HoldLifted) -> None:
    """A hold has ended."""
    await holds.lift(uow.session, event.hold_id, event.lifted_at)


async def require_no_hold(uow: UnitOfWork, case: PlanCase) -> None:
    """Raise `HoldInForce` while a hold on the borrower of a locked case lets nobody make new terms."""
    held, until = await holds.held_until(uow.session, case.borrower_id, uow.now())
    if held:
        raise HoldInForce(
            "no new terms are made while the borrower is held; the request stays as it is",
            until=until.isoformat() if until else None,
        )
