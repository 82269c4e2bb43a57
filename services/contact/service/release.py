"""Whether a message may leave now: is it still wanted, to which number does it go, and does the guard permit it."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from services.common.contracts.workflows import DeliveryRequest, message_workflow_id
from services.common.kernel.clock import local_day
from services.common.kernel.errors import Unavailable
from services.common.kernel.ids import business_uuid
from services.common.runtime.obligations import Obligation
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.domain.vocabulary import Channel, MessageClass
from services.contact.errors import TemplateUnfit
from services.contact.models import STOPPED, ContactCase, Number
from services.contact.permitted import PermittedMessage
from services.contact.policies import Policies
from services.contact.repository import cases, messages, permits
from services.contact.repository.cases import Addressee
from services.contact.repository.messages import LockedMessage
from services.contact.service.outcome import (
    OBLIGATION,
    UNHEARD,
    HandOver,
    ended,
    hand_over_of,
    record_refused,
    record_unreachable,
)
from services.contact.service.permits import HOLD_COPY_STALE, Decision, PermitAsk, Permits
from services.contact.texts import LANGUAGES, Voice, write
from services.contact.workflows.messages import Delivered

CASE_CLOSED = "CASE_CLOSED"
ROUND_OVER = "ROUND_OVER"
NO_NUMBER = "NO_NUMBER"


@dataclass(frozen=True, slots=True)
class Leaving:
    """The message leaves now; its permit is used."""

    message: PermittedMessage
    over: HandOver


@dataclass(frozen=True, slots=True)
class Unheard:
    """The message was handed over before, and nobody heard what the gateway said."""

    message_id: UUID
    over: HandOver


def message_id_of(request: DeliveryRequest) -> UUID:
    """The message of a purpose, object and version; there is one."""
    return business_uuid("message", request.purpose, request.object_ref, str(request.version))


async def locked(uow: UnitOfWork, request: DeliveryRequest) -> LockedMessage:
    """The planned message of a request, locked until the transaction ends."""
    message = await messages.lock_message(uow.session, message_id_of(request))
    if message is None:
        raise Unavailable("the message was planned and is not there")
    return message


class Release:
    """Plans messages and lets them out under permits."""

    def __init__(self, permits: Permits, policies: Policies, voice: Voice) -> None:
        self._permits = permits
        self._policies = policies
        self._voice = voice

    async def planned(self, uow: UnitOfWork, request: DeliveryRequest) -> LockedMessage:
        """The message of a request, locked; planned now when it is new."""
        new = LockedMessage(
            message_id=message_id_of(request),
            case_id=request.case_id,
            purpose=request.purpose,
            object_ref=request.object_ref,
            version=request.version,
            template=request.template,
            params=request.params,
            message_class=request.message_class,
        )
        # Nobody else sees a new row before this transaction ends, so it is as good as locked, and all of it is known.
        return new if await messages.plan(uow.session, new, uow.now()) else await locked(uow, request)

    async def let_out(self, uow: UnitOfWork, request: DeliveryRequest) -> Leaving | Unheard | Delivered:
        """The message, free to leave under a permit that is used with it; or why not, or what became of it before.

        Unavailable (so that the caller tries again, and nothing is skipped) while the case is not known here or the
        copy of holds may be out of date. TemplateUnfit for a text that cannot be written.
        """
        message = await self.planned(uow, request)
        addressee = await cases.find_addressee(uow.session, request.case_id, message.version, message.purpose)
        if addressee is None:
            raise Unavailable("the case is not known here yet")
        if message.state == UNHEARD:
            return Unheard(message.message_id, hand_over_of(message))
        if message.state != "planned":
            return ended(message)
        if reason := self._unwanted(uow.now(), addressee, message):
            return await record_refused(uow, message, reason, None)
        number = self._number(uow.now(), addressee, message)
        if number is None:
            return await record_unreachable(uow, message, NO_NUMBER)
        if earliest := await self._not_before(uow, message):
            return await self._later(uow, request, earliest)
        return await self._ask(uow, request, addressee.case, message, number)

    def _unwanted(self, now: datetime, addressee: Addressee, message: LockedMessage) -> str | None:
        """Why nobody should be sent this any more: what was true when it was asked for may not be true now."""
        case = addressee.case
        day = local_day(now, case.time_zones[0])
        if case.closed_at is not None:
            allowed = self._policies.delivery.on(day).value.after_close
            return None if allowed & {message.purpose, message.message_class} else CASE_CLOSED
        steps = self._policies.cadence.on(day).value.steps
        if message.object_ref == str(case.case_id) and message.purpose in {step.purpose for step in steps}:
            return ROUND_OVER if addressee.round_state not in (None, "running") else None
        return None

    def _number(self, now: datetime, addressee: Addressee, message: LockedMessage) -> Number | None:
        """The first usable number in the channels of the step that the message is, or of its purpose."""
        delivery = self._policies.delivery.on(local_day(now, addressee.case.time_zones[0])).value
        for channel in addressee.channels or delivery.channels_for(message.purpose):
            for number in addressee.numbers:
                if number.channel == channel:
                    return number
        return None

    async def _not_before(self, uow: UnitOfWork, message: LockedMessage) -> datetime | None:
        """Until when the last answer stands, if it was no: who is only woken early does not ask again."""
        if not message.reservations:
            return None
        earliest = await permits.earliest_of(uow.session, _permit_id_of(message))
        return None if earliest is None or earliest <= uow.now() else earliest

    async def _ask(
        self, uow: UnitOfWork, request: DeliveryRequest, case: ContactCase, message: LockedMessage, number: Number
    ) -> Leaving | Delivered:
        asked = replace(self._written(message, case), reservations=message.reservations + 1)
        ask = PermitAsk(
            permit_id=_permit_id_of(asked),
            case=case,
            channel=Channel(number.channel),
            purpose=asked.purpose,
            template=asked.template,
            message_class=MessageClass(asked.message_class),
            number=number,
            names_institution=self._voice.complete and self._voice.institution in (asked.text or ""),
        )
        answer = await self._permits.let_out(uow, ask, asked)
        if isinstance(answer, Decision):
            return await self._refused(uow, request, asked, answer, local_day(uow.now(), case.time_zones[0]))
        return Leaving(answer, HandOver(answer.permit_id, case.time_zones[0]))

    def _written(self, message: LockedMessage, case: ContactCase) -> LockedMessage:
        """Written once it leaves: whoever hands it over again under the same key must hand over the same words."""
        if message.text is not None:
            return message
        language = next((known for known in LANGUAGES if known == case.language), None)
        if language is None:
            raise TemplateUnfit("there are no texts in the language of this case")
        return replace(message, language=language, text=write(message.template, message.params, language, self._voice))

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


def _permit_id_of(message: LockedMessage) -> UUID:
    """The permit that was asked for last."""
    return business_uuid("permit", str(message.message_id), str(message.reservations))
