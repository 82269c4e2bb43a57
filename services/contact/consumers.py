"""Events of intake and followup, and the use cases they go to."""

from services.common.contracts.events.agreements import (
    AgreementBroken,
    AgreementCompleted,
    InstalmentMissed,
    InstalmentPaid,
    PromiseBroken,
    PromiseKept,
)
from services.common.contracts.events.cases import (
    CareChanged,
    CaseClosed,
    CaseStateChanged,
    CaseTriaged,
    HoldLifted,
    HoldPlaced,
    NegotiationReopened,
    PartyAdded,
)
from services.common.runtime.consumer.handlers import Handlers, Received
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.service.cases import CaseCopies, matters
from services.contact.service.messages.due import agreement_over, instalment_missed, instalment_paid
from services.contact.service.talks.judged import promise_judged


def handlers(copies: CaseCopies) -> Handlers:
    """The subscriptions of contact."""
    found = Handlers()

    async def triaged(uow: UnitOfWork, received: Received[CaseTriaged]) -> None:
        await copies.triaged(uow, received.payload)

    async def reopened(uow: UnitOfWork, received: Received[NegotiationReopened]) -> None:
        await copies.reopened(uow, received.payload)

    async def state_changed(uow: UnitOfWork, received: Received[CaseStateChanged]) -> None:
        await copies.state_changed(uow, received.payload)

    async def closed(uow: UnitOfWork, received: Received[CaseClosed]) -> None:
        await copies.closed(uow, received.payload)

    async def hold_placed(uow: UnitOfWork, received: Received[HoldPlaced]) -> None:
        await copies.hold_placed(uow, received.payload)

    async def hold_lifted(uow: UnitOfWork, received: Received[HoldLifted]) -> None:
        await copies.hold_lifted(uow, received.payload)

    async def party_added(uow: UnitOfWork, received: Received[PartyAdded]) -> None:
        await copies.party_added(uow, received.payload)

    async def care_changed(uow: UnitOfWork, received: Received[CareChanged]) -> None:
        await copies.care_changed(uow, received.payload)

    async def judged(uow: UnitOfWork, received: Received[PromiseKept] | Received[PromiseBroken]) -> None:
        await promise_judged(uow, received.payload)

    async def paid(uow: UnitOfWork, received: Received[InstalmentPaid]) -> None:
        await instalment_paid(uow, received.payload)

    async def missed(uow: UnitOfWork, received: Received[InstalmentMissed]) -> None:
        await instalment_missed(uow, received.payload)

    async def over(uow: UnitOfWork, received: Received[AgreementBroken] | Received[AgreementCompleted]) -> None:
        await agreement_over(uow, received.payload)

    found.on(CaseTriaged, triaged)
    found.on(NegotiationReopened, reopened)
    found.on(CaseStateChanged, state_changed, where=matters)
    found.on(CaseClosed, closed)
    found.on(HoldPlaced, hold_placed)
    found.on(HoldLifted, hold_lifted)
    found.on(PartyAdded, party_added)
    found.on(CareChanged, care_changed)
    found.on(PromiseKept, judged)
    found.on(PromiseBroken, judged)
    found.on(InstalmentPaid, paid)
    found.on(InstalmentMissed, missed)
    found.on(AgreementBroken, over)
    found.on(AgreementCompleted, over)
    return found
