"""Which events of intake and contact plans follows."""

from services.common.contracts.events.cases import (
    CareChanged,
    CaseAssigned,
    CaseClosed,
    CaseStateChanged,
    CaseTriaged,
    HoldLifted,
    HoldPlaced,
    NegotiationReopened,
    PartyAdded,
    ReliefRequested,
)
from services.common.contracts.events.contacts import DisclosuresChanged
from services.common.runtime.consumer.handlers import Handlers, Received
from services.common.runtime.unit_of_work import UnitOfWork
from services.plans.service.approval.care import hear_care
from services.plans.service.negotiation.holds import hear_hold, hear_lifted, stops_offers
from services.plans.service.negotiation.rounds import ends_something, owes
from services.plans.service.plans_service import PlansService
from services.plans.service.terms.disclosures import hear_disclosures


def handlers(service: PlansService) -> Handlers:
    """The subscriptions of plans."""
    rounds = service.rounds

    async def triaged(uow: UnitOfWork, received: Received[CaseTriaged]) -> None:
        await rounds.triaged(uow, received.payload)

    async def assigned(uow: UnitOfWork, received: Received[CaseAssigned]) -> None:
        await rounds.assigned(uow, received.payload)

    async def debtor_added(uow: UnitOfWork, received: Received[PartyAdded]) -> None:
        await rounds.debtor_added(uow, received.payload)

    async def requested(uow: UnitOfWork, received: Received[ReliefRequested]) -> None:
        await rounds.requested(uow, received.payload)

    async def reopened(uow: UnitOfWork, received: Received[NegotiationReopened]) -> None:
        await rounds.reopened(uow, received.payload)

    async def state_changed(uow: UnitOfWork, received: Received[CaseStateChanged]) -> None:
        await rounds.state_changed(uow, received.payload)

    async def closed(uow: UnitOfWork, received: Received[CaseClosed]) -> None:
        await rounds.closed(uow, received.payload)

    async def disclosed(uow: UnitOfWork, received: Received[DisclosuresChanged]) -> None:
        await hear_disclosures(uow, received.payload)

    async def held(uow: UnitOfWork, received: Received[HoldPlaced]) -> None:
        await hear_hold(uow, received.payload)

    async def lifted(uow: UnitOfWork, received: Received[HoldLifted]) -> None:
        await hear_lifted(uow, received.payload)

    async def care_changed(uow: UnitOfWork, received: Received[CareChanged]) -> None:
        await hear_care(uow, received.payload)

    subscriptions = Handlers()
    subscriptions.on(CaseTriaged, triaged)
    subscriptions.on(CaseAssigned, assigned)
    subscriptions.on(PartyAdded, debtor_added, where=owes)
    subscriptions.on(ReliefRequested, requested)
    subscriptions.on(NegotiationReopened, reopened)
    subscriptions.on(CaseStateChanged, state_changed, where=ends_something)
    subscriptions.on(CaseClosed, closed)
    subscriptions.on(CareChanged, care_changed)
    subscriptions.on(DisclosuresChanged, disclosed)
    subscriptions.on(HoldPlaced, held, where=stops_offers)
    subscriptions.on(HoldLifted, lifted)
    return subscriptions
