"""What follows from the outcome of a contact, in the transaction that records it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.common.kernel.clock import local_day
from services.common.kernel.errors import InvalidInput
from services.common.kernel.ids import business_uuid
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.domain.record import NOT_DISCLOSED
from services.contact.models import ContactCase
from services.contact.policies import Policies
from services.contact.repository import numbers, people
from services.contact.schemas.consents import ConsentKind
from services.contact.service.heard import hold_here
from services.contact.service.messages.confirming import confirm_call, confirm_stop
from services.contact.service.people.consents import consent_here
from services.contact.service.people.numbers import bar_here
from services.contact.service.people.preferences import stop_channel_here
from services.contact.service.people.third_parties import refuse_here
from services.contact.service.people.whom import stand_still
from services.contact.service.rounds.engagement import Engagement
from services.contact.service.talks.deadlines import within_a_business_day
from services.contact.service.talks.distress import open_duty
from services.contact.service.talks.promising import Promising
from services.contact.service.talks.supervisor import ask_supervisor
from services.contact.talk_policies import ConversationPolicy

# Outcomes by which the borrower stops something, and what the hold is called.
_HOLDS = {
    "RPC_CEASE_REQUEST": "cease",
    "RPC_ATTORNEY": "attorney",
    "RPC_COMPLAINT": "complaint",
    "RPC_DISPUTE": "dispute",
    "DECEASED_REPORTED": "deceased",
}
CALLBACK = "RPC_CALLBACK_AGREED"
# These say why somebody does not pay without being a hardship.
_NO_HARDSHIP = frozenset({NOT_DISCLOSED, "DISPUTE_MERCHANT"})


@dataclass(frozen=True, slots=True)
class Happened:
    """A contact that is over, as far as something follows from it."""

    outcome: str
    conversation_id: UUID
    borrower_id: UUID
    channel: str
    number_id: UUID | None = None
    third_party_id: UUID | None = None
    call_back_at: datetime | None = None
    representative: str | None = None
    cause: str | None = None


class Consequences:
    """Does what follows. The case is locked by the caller."""

    def __init__(self, policies: Policies, engagement: Engagement, promising: Promising) -> None:
        self._policies = policies
        self._engagement = engagement
        self._promising = promising

    async def follow(self, uow: UnitOfWork, case: ContactCase, what: Happened) -> list[UUID]:
        """Do it; the promises that were made by it. InvalidInput for a moment to call that is past."""
        # Persons before decisions, as whoever changes preferences locks them.
        stops = what.outcome == "RPC_CHANNEL_STOP"
        person = await people.lock_person(uow.session, what.borrower_id) if stops else None
        await stand_still(uow, what.borrower_id)
        policy = self._policies.conversation.on(local_day(uow.now(), case.time_zones[0])).value
        await self._holds(uow, case, what, policy)
        await self._number(uow, case, what)
        if what.cause is not None and what.cause not in _NO_HARDSHIP:
            self._engagement.hardship_told(uow, case)
        if person is not None:
            await stop_channel_here(uow, case, person, what.channel)
        match what.outcome:
            case "RPC_ATTORNEY":
                await _attorney(uow, case, what)
            case "RPC_REFUSED_TALK":
                await self._engagement.refused_to_talk(uow, case, what.borrower_id)
            case "RPC_CEASE_REQUEST":
                await confirm_stop(uow, case, what.borrower_id, what.conversation_id)
            case "RPC_CALLBACK_AGREED":
                return [await self._call_back(uow, case, what)]
            case "RPC_COMPLAINT":
                return [await self._complaint(uow, case, what, policy)]
            case "RPC_SUPERVISOR_REQUESTED":
                asked = await ask_supervisor(
                    uow, self._policies, self._promising, case,
                    borrower_id=what.borrower_id, conversation_id=what.conversation_id, said=None,
                    reason="BORROWER_REQUEST",
                )  # fmt: skip
                return [asked.commitment_id]
            case "DECEASED_REPORTED":
                deadline = within_a_business_day(uow.now(), case.time_zones[0], case.pack, policy.supervisor_until)
                occasion = str(what.conversation_id)
                await open_duty(
                    uow, case, what.borrower_id, occasion, "check_death", deadline, excluded=None, reason="CHECK"
                )
        return []

    async def _holds(self, uow: UnitOfWork, case: ContactCase, what: Happened, policy: ConversationPolicy) -> None:
        days = {"complaint": policy.complaint_hold_days, "dispute": policy.dispute_hold_days}
        origin = _HOLDS.get(what.outcome)
        if origin is None:
            return
        await hold_here(
            uow,
            case_id=case.case_id,
            borrower_id=what.borrower_id,
            origin=origin,
            blocks=policy.heard_blocks[origin],
            ends_at=uow.now() + timedelta(days=days[origin]) if origin in days else None,
            occasion=what.conversation_id,
        )

    async def _number(self, uow: UnitOfWork, case: ContactCase, what: Happened) -> None:
        if what.third_party_id is not None:
            other = await people.find_third_party(uow.session, what.third_party_id)
            if other is None or other.case_id != case.case_id:
                raise InvalidInput(
                    "no third party of this case", fields=[("#/third_party_id", "is not known in this case")]
                )
            if what.outcome == "THIRD_PARTY_REFUSED":
                await refuse_here(uow, other.digest, case.case_id)
        if what.number_id is None:
            return
        number = await numbers.lock_number_of(uow.session, what.number_id)
        if number is None:
            return
        if what.outcome == "WRONG_NUMBER":
            await bar_here(uow, case.case_id, number, "wrong_number")
        elif what.outcome == "NOT_IN_SERVICE":
            await bar_here(uow, case.case_id, number, "undeliverable")
        elif what.outcome.startswith("RPC_"):
            # Somebody was verified at this number, so it is theirs.
            today = local_day(uow.now(), case.time_zones[0])
            await numbers.used(uow.session, what.borrower_id, number.digest, today)

    async def _call_back(self, uow: UnitOfWork, case: ContactCase, what: Happened) -> UUID:
        at = what.call_back_at
        if at is None or at <= uow.now():
            raise InvalidInput("the call is to be made later", fields=[("#/call_back_at", "must be in the future")])
        await consent_here(
            uow,
            case_id=case.case_id,
            borrower_id=what.borrower_id,
            kind=ConsentKind.CALL_BACK,
            details={"at": at.isoformat()},
            conversation_id=what.conversation_id,
        )
        promised = await self._promising.promise(
            uow, case, what.borrower_id, what.conversation_id, "CALL_BACK", at,
            str(what.conversation_id), "CALL_BACK_AGREED",
        )  # fmt: skip
        await confirm_call(uow, case, what.borrower_id, promised, at)
        return promised

    async def _complaint(self, uow: UnitOfWork, case: ContactCase, what: Happened, policy: ConversationPolicy) -> UUID:
        deadline = uow.now() + timedelta(days=policy.complaint_answer_days)
        return await self._promising.promise(
            uow, case, what.borrower_id, what.conversation_id, "ANSWER_COMPLAINT", deadline,
            str(what.conversation_id), "COMPLAINT",
        )  # fmt: skip


async def _attorney(uow: UnitOfWork, case: ContactCase, what: Happened) -> None:
    if what.representative is None:
        return
    representative_id = business_uuid("representative", str(case.case_id), str(what.conversation_id))
    await people.put_representative(
        uow.session,
        {
            "representative_id": representative_id,
            "borrower_id": what.borrower_id,
            "case_id": case.case_id,
            "kind": "attorney",
            "name": what.representative,
            "address": None,
            "asked_on": None,
            "agrees_to_contact": False,
            "since": uow.now(),
            "recorded_by": uow.caller.person,
            "version": 1,
        },
    )
    await uow.audit("representative.added", f"representative/{representative_id}", case_id=case.case_id)
