"""Whether a message may leave now: is it still wanted, to which number does it go, and does the guard permit it."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from services.common.contracts.workflows import DeliveryRequest, message_workflow_id
from services.common.kernel.clock import local_day
from services.common.kernel.errors import Unavailable
from services.common.kernel.ids import business_uuid
from services.common.runtime.obligations import Obligation
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.domain.vocabulary import Channel, MessageClass
from services.contact.models import STOPPED, Number
from services.contact.permitted import PermittedMessage
from services.contact.policies import DeliveryPolicy, Policies
from services.contact.repository import cases, messages, permits
from services.contact.repository.cases import Addressee
from services.contact.repository.messages import LockedMessage
from services.contact.service.messages.due import instalment_of
from services.contact.service.messages.outcome import (
    OBLIGATION,
    UNHEARD,
    HandOver,
    ended,
    hand_over_of,
    record_refused,
    record_unreachable,
)
from services.contact.service.messages.wanted import unwanted
from services.contact.service.messages.ways import ways_of
from services.contact.service.messages.writing import Writing
from services.contact.service.permits.asked import Special
from services.contact.service.permits.deciding import HOLD_COPY_STALE, Decision, PermitAsk, Permits
from services.contact.workflows.messages import Delivered

NO_NUMBER = "NO_NUMBER"
BUSY = "GATEWAY_BUSY"


@dataclass(frozen=True, slots=True)
class Leaving:
    """The message leaves now; its permit is used. `another`: should it be refused for good, there is another way."""

    message: PermittedMessage
    over: HandOver
    another: bool


@dataclass(frozen=True, slots=True)
class Unheard:
    """The message was handed over before, and nobody heard what the gateway said; `for_long`: nobody asks again."""

    message: LockedMessage
    over: HandOver
    for_long: bool


def message_id_of(request: DeliveryRequest) -> UUID:
    """The message of a purpose, object and version; there is one."""
    return business_uuid("message", request.purpose, request.object_ref, str(request.version))


def new_message(request: DeliveryRequest) -> LockedMessage:
    """The message of a request as it is when it is planned."""
    return LockedMessage(
        message_id=message_id_of(request),
        case_id=request.case_id,
        purpose=request.purpose,
        object_ref=request.object_ref,
        version=request.version,
        template=request.template,
        params=request.params,
        message_class=request.message_class,
    )


async def locked(uow: UnitOfWork, request: DeliveryRequest) -> LockedMessage:
    """The planned message of a request, locked until the transaction ends."""
    message = await messages.lock_message(uow.session, message_id_of(request))
    if message is None:
        raise Unavailable("the message was planned and is not there")
    return message


class Release:
    """Plans messages and lets them out under permits."""

    def __init__(self, permits: Permits, policies: Policies, writing: Writing) -> None:
        self._permits = permits
        self._policies = policies
        self._writing = writing

    async def planned(self, uow: UnitOfWork, request: DeliveryRequest) -> LockedMessage:
        """The message of a request, locked; planned now when it is new."""
        new = new_message(request)
        # Nobody else sees a new row before this transaction ends, so it is as good as locked, and all of it is known.
        return new if await messages.plan(uow.session, new, uow.now()) else await locked(uow, request)

    async def let_out(self, uow: UnitOfWork, request: DeliveryRequest) -> Leaving | Unheard | Delivered:
        """The message, free to leave under a permit that is used with it; or why not, or what became of it before.

        Unavailable (so that the caller tries again, and nothing is skipped) while the case is not known here or the
        copy of holds may be out of date. TemplateUnfit for a text that cannot be written.
        """
        message = await self.planned(uow, request)
        addressee = await self._addressee(uow, message)
        if message.state == UNHEARD:
            return Unheard(message, hand_over_of(message), self._for_long(uow.now(), addressee, message))
        if message.state != "planned":
            return ended(message)
        if reason := unwanted(self._policies, addressee, message, uow.now()):
            return await record_refused(uow, message, reason, None)
        ways = self._ways(uow.now(), addressee, message)
        if not ways:
            return await record_unreachable(uow, message, NO_NUMBER)
        if earliest := await self._not_before(uow, message):
            return await self._later(uow, request, earliest)
        return await self._ask(uow, request, addressee, message, ways)

    async def never_taken(self, uow: UnitOfWork, message: LockedMessage) -> Delivered | None:
        """The gateway never took a locked message: it is planned as before, until it was tried often enough; then it
        goes another way, or has ended. None when it goes on.
        """
        addressee = await self._addressee(uow, message)
        budget = self._delivery(uow.now(), addressee).tries_per_channel
        if message.tries < budget:
            await messages.take_back(uow.session, message.message_id)
            await uow.audit("message.taken_back", f"message/{message.message_id}", case_id=message.case_id)
            return None
        if _another(self._ways(uow.now(), addressee, message), message):
            await messages.pass_on(uow.session, message.message_id, BUSY, uow.now())
            await uow.audit("message.passed_on", f"message/{message.message_id}", case_id=message.case_id)
            return None
        return await record_unreachable(uow, message, BUSY)

    async def goes_on(self, uow: UnitOfWork, message: LockedMessage) -> bool:
        """Whether there is another way for a locked message than the one it went."""
        addressee = await self._addressee(uow, message)
        ways = self._ways(uow.now(), addressee, message)
        reason = unwanted(self._policies, addressee, message, uow.now())
        return reason is None and _another(ways, message)

    async def _addressee(self, uow: UnitOfWork, message: LockedMessage) -> Addressee:
        replies = message.message_class == MessageClass.REPLY
        found = await cases.find_addressee(
            uow.session, message.case_id, message.version, message.purpose, instalment_of(message), replies=replies
        )
        if found is None:
            raise Unavailable("the case is not known here yet")
        return found

    def _delivery(self, now: datetime, addressee: Addressee) -> DeliveryPolicy:
        return self._policies.delivery.on(local_day(now, addressee.case.time_zones[0])).value

    def _ways(self, now: datetime, addressee: Addressee, message: LockedMessage) -> list[Number]:
        return ways_of(addressee, message, self._delivery(now, addressee))

    def _for_long(self, now: datetime, addressee: Addressee, message: LockedMessage) -> bool:
        """Whether it was asked for long enough what became of a message. In business time: while that stands still
        because a gateway is down, nothing is given up.
        """
        patience = timedelta(hours=self._delivery(now, addressee).unheard_hours)
        return message.handed_at is not None and message.handed_at + patience <= now

    async def _not_before(self, uow: UnitOfWork, message: LockedMessage) -> datetime | None:
        """Until when the last answer stands, if it was no: who is only woken early does not ask again."""
        if not message.reservations:
            return None
        earliest = await permits.earliest_of(uow.session, _permit_id_of(message))
        return None if earliest is None or earliest <= uow.now() else earliest

    async def _ask(
        self,
        uow: UnitOfWork,
        request: DeliveryRequest,
        addressee: Addressee,
        message: LockedMessage,
        ways: list[Number],
    ) -> Leaving | Delivered:
        case, number = addressee.case, ways[0]
        if message.text is not None and message.channel != number.channel:
            # It was written for a way that is gone since, and never left by it.
            message = await messages.unwrite(uow.session, message)
        written, wording = await self._writing.written(uow, message, addressee, number)
        asked = replace(written, reservations=message.reservations + 1)
        ask = PermitAsk(
            permit_id=_permit_id_of(asked),
            case=case,
            channel=Channel(number.channel),
            purpose=asked.purpose,
            template=asked.template,
            message_class=MessageClass(asked.message_class),
            number=number,
            names_institution=self._writing.names_institution(asked.text),
            special=Special(actor=self._delivery(uow.now(), addressee).acts_as),
            wording=wording,
        )
        answer = await self._permits.let_out(uow, ask, asked)
        if isinstance(answer, Decision):
            return await self._refused(uow, request, asked, answer, local_day(uow.now(), case.time_zones[0]))
        return Leaving(answer, HandOver(answer.permit_id, case.time_zones[0]), another=len(ways) > 1)

    async def _refused(
        self, uow: UnitOfWork, request: DeliveryRequest, message: LockedMessage, decision: Decision, day: date
    ) -> Delivered:
        if STOPPED in decision.rules:
            # Nothing is refused for good while a stop covers it: all else is asked again when the stop is lifted, which
            # wakes who waits. The look of every day is there for a nudge that was lost.
            return await self._later(uow, request, uow.now() + self._policies.between_looks_on(day))
        if HOLD_COPY_STALE in decision.rules:
            raise Unavailable("the copy of holds may be out of date")
        if decision.earliest is None:
            return await record_refused(uow, message, decision.rules[0], None)
        return await self._later(uow, request, decision.earliest)

    async def _later(self, uow: UnitOfWork, request: DeliveryRequest, earliest: datetime) -> Delivered:
        ref, workflow_id = str(message_id_of(request)), message_workflow_id(request)
        await uow.oblige(Obligation(request.case_id, OBLIGATION, ref, "workflow", earliest, workflow_id))
        return Delivered(outcome="later", wake_in=uow.wake_in(earliest))


def _another(ways: list[Number], message: LockedMessage) -> bool:
    """Whether there is a way besides the one that a message went; that one may be gone."""
    return any(way.channel != message.channel for way in ways)


def _permit_id_of(message: LockedMessage) -> UUID:
    """The permit that was asked for last."""
    return business_uuid("permit", str(message.message_id), str(message.reservations))
