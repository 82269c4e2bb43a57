"""What intake says of cases and holds, copied here in the consumer's transaction."""

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
from services.common.contracts.workflows import (
    PARTY_NUMBERS,
    DeliveryRequest,
    PartyInput,
    contact_workflow_id,
    message_workflow_id,
    party_workflow_id,
)
from services.common.kernel.ids import business_uuid
from services.common.runtime.tasks import CASE_CLOSED
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.errors import CaseUnknown
from services.contact.models import Message
from services.contact.policies import Policies
from services.contact.repository import cases, messages, people, rounds
from services.contact.repository.agreed import free_debt, hold_debt
from services.contact.service.limitation import said_with_the_case
from services.contact.service.people.whereabouts import zones_of
from services.contact.service.rounds.engagement import Engagement

# States in which a round of contact may run, and those after which nobody needs to be reached any more.
_CONTACT_STATES = frozenset({"OPENED", "TRIAGED", "CONTACTING"})
_ENDED_STATES = frozenset({"CURED", "SETTLED", "REFERRED", "NO_AGREEMENT", "PLAN_COMPLETED", "CLOSED"})
# From the signature on, until it is broken or fulfilled.
_AGREED_STATES = frozenset({"AGREED", "PLAN_ACTIVE", "PLAN_AT_RISK"})

# Where a round is begun by a borrower who comes back; it ends when the case goes on from there.
_RETURN_STATE = "ENGAGED"


def leaves_contact(event: CaseStateChanged) -> bool:
    """Whether a round of contact may end by a change of state: the case leaves contact, or ends.

    Steps of a case that left contact before, through means, plan and follow-up, are most of all changes and end none.
    """
    left = event.from_state in _CONTACT_STATES or event.from_state == _RETURN_STATE
    return event.to_state in _ENDED_STATES or (left and event.to_state not in _CONTACT_STATES)


def agrees(event: CaseStateChanged) -> bool:
    """Whether an agreement about the debt comes into force or ends by a change of state."""
    return (event.from_state in _AGREED_STATES) != (event.to_state in _AGREED_STATES)


def matters(event: CaseStateChanged) -> bool:
    """Whether contact does anything about a change of state."""
    return leaves_contact(event) or agrees(event)


class CaseCopies:
    """Keeps contact's copies of cases and holds in step with intake."""

    def __init__(self, policies: Policies, engagement: Engagement) -> None:
        self._policies = policies
        self._engagement = engagement

    async def triaged(self, uow: UnitOfWork, event: CaseTriaged) -> None:
        """Copy the case. A cadence that was started before learns of it by itself."""
        await cases.put_case(
            uow.session,
            {
                "case_id": event.case_id,
                "borrower_id": event.borrower_id,
                "account_ref": event.account_ref,
                "pack": event.pack,
                "bucket": event.bucket,
                "product": event.product,
                "portfolio": event.portfolio,
                "origin": event.origin,
                "language": event.language,
                "time_zones": await zones_of(uow, event.borrower_id, event.time_zones),
                "contactable": event.contactable,
                "round": event.round,
            },
        )
        await said_with_the_case(uow, event)

    async def reopened(self, uow: UnitOfWork, event: NegotiationReopened) -> None:
        """Another round begins. CaseUnknown when the case was never triaged: then the events are out of order."""
        case = await cases.lock_case(uow.session, event.case_id)
        if case is None:
            raise CaseUnknown("a round was opened of a case that was never triaged")
        case.round = max(case.round, event.round)
        await uow.nudge(contact_workflow_id(event.case_id, event.round), event.case_id)

    async def state_changed(self, uow: UnitOfWork, event: CaseStateChanged) -> None:
        """Hold the debt while what was agreed is performed (CN-15); end the round when the case left contact by another
        way than a reply to it, such as a cure."""
        if agrees(event):
            await self._agreed(uow, event)
        if not leaves_contact(event) or await rounds.round_has_ended(uow.session, event.case_id):
            return
        case = await cases.lock_case(uow.session, event.case_id)
        if case is None:
            return
        if event.to_state in _ENDED_STATES:
            await self._engagement.stopped(uow, case)
        else:
            await self._engagement.engaged(uow, case)

    async def _agreed(self, uow: UnitOfWork, event: CaseStateChanged) -> None:
        if event.to_state not in _AGREED_STATES:
            await free_debt(uow.session, event.case_id, uow.now())
            return
        hold_id = business_uuid("hold", "agreement", str(event.case_id), str(event.state_version))
        blocks = self._policies.delivery.on(event.at.date()).value.agreement_blocks
        await hold_debt(uow.session, event.case_id, hold_id, blocks, uow.now())

    async def closed(self, uow: UnitOfWork, event: CaseClosed) -> None:
        """Stop the round, let go of obligations and tasks, and have waiting messages see whether they are wanted."""
        case = await cases.lock_case(uow.session, event.case_id)
        if case is None:
            # A case can be closed before it was ever triaged; then nothing began here.
            return
        case.closed_at = uow.now()
        await self._engagement.stopped(uow, case)
        await uow.close_tasks(event.case_id, CASE_CLOSED)
        await uow.release_all(event.case_id)
        for message in await messages.planned_messages(uow.session, event.case_id):
            for workflow_id in _workflows_of(message):
                await uow.nudge(workflow_id, event.case_id)

    async def party_added(self, uow: UnitOfWork, event: PartyAdded) -> None:
        """Somebody else owes the debt too: learn this person's numbers."""
        await people.put_party(uow.session, event.case_id, event.party_id, event.role)
        found = PartyInput(case_id=event.case_id, party_id=event.party_id)
        await uow.start(PARTY_NUMBERS, party_workflow_id(event.case_id, event.party_id), found, event.case_id)

    async def care_changed(self, uow: UnitOfWork, event: CareChanged) -> None:
        """What care a person needs from now on. Events of two cases may change places: the later one counts."""
        person = await people.lock_person(uow.session, event.borrower_id)
        if person.care_at is None or person.care_at <= event.at:
            person.care, person.care_at = list(event.care), event.at

    async def hold_placed(self, uow: UnitOfWork, event: HoldPlaced) -> None:
        await cases.put_hold(
            uow.session,
            {
                "hold_id": event.hold_id,
                "borrower_id": event.borrower_id,
                "case_id": event.case_id,
                "origin": "intake",
                "blocks": list(event.blocks),
                "starts_at": event.starts_at,
                "ends_at": event.ends_at,
                "reach": event.reach,
            },
        )

    async def hold_lifted(self, uow: UnitOfWork, event: HoldLifted) -> None:
        await cases.lift_hold(uow.session, event.hold_id, event.lifted_at)


def _workflows_of(message: Message) -> list[str]:
    """Every workflow that may have a message in hand: the first, and one for each time that it came back."""
    request = DeliveryRequest.model_validate(message.model_dump(include=set(DeliveryRequest.model_fields)))
    ways = range(len(message.tried) + 1)
    return [message_workflow_id(request.model_copy(update={"again": again})) for again in ways]
