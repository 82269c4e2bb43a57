"""Whether a message may leave now: is it still wanted, to which number does it go, and does the guard permit it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.common.contracts.workflows import DeliveryRequest, message_workflow_id
from services.common.kernel.clock import local_day
from services.common.kernel.errors import Unavailable
from services.common.kernel.ids import business_uuid
from services.common.runtime.obligations import Obligation
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.domain.vocabulary import Channel, MessageClass
from services.contact.errors import TemplateUnfit
from services.contact.models import ContactCase, Message, Number
from services.contact.permitted import PermittedMessage
from services.contact.policies import Policies
from services.contact.repository import cases, messages, permits, rounds
from services.contact.service.outcome import OBLIGATION, UNHEARD, ended, record_refused, record_unreachable
from services.contact.service.permits import HOLD_COPY_STALE, Decision, PermitAsk, Permits
from services.contact.texts import LANGUAGES, Voice, write
from services.contact.workflows.messages import Delivered

CASE_CLOSED = "CASE_CLOSED"
ROUND_OVER = "ROUND_OVER"
NO_NUMBER = "NO_NUMBER"


@dataclass(frozen=True, slots=True)
class Unheard:
    """The message was handed over before, and nobody heard what the gateway said."""

    message_id: UUID


def message_id_of(request: DeliveryRequest) -> UUID:
    """The message of a purpose, object and version; there is one."""
    return business_uuid("message", request.purpose, request.object_ref, str(request.version))


async def locked(uow: UnitOfWork, request: DeliveryRequest) -> Message:
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

    async def planned(self, uow: UnitOfWork, request: DeliveryRequest) -> Message:
        """The message of a request, locked; planned now when it is new."""
        values = {
            "message_id": message_id_of(request),
            "case_id": request.case_id,
            "purpose": request.purpose,
            "object_ref": request.object_ref,
            "version": request.version,
            "template": request.template,
            "params": request.params,
            "message_class": request.message_class,
            "planned_at": uow.now(),
        }
        await messages.plan(uow.session, values)
        return await locked(uow, request)

    async def let_out(self, uow: UnitOfWork, request: DeliveryRequest) -> PermittedMessage | Unheard | Delivered:
        """The message, free to leave under a permit that is used with it; or why not, or what became of it before.

        Unavailable (so that the caller tries again, and nothing is skipped) while the case is not known here or the
        copy of holds may be out of date. TemplateUnfit for a text that cannot be written.
        """
        message = await self.planned(uow, request)
        case = await cases.find_case(uow.session, request.case_id)
        if case is None:
            raise Unavailable("the case is not known here yet")
        if message.state == UNHEARD:
            return Unheard(message.message_id)
        if message.state != "planned":
            return ended(message)
        if reason := await self._unwanted(uow, case, message):
            await record_refused(uow, message, reason, None)
            return ended(message)
        number = await self._number(uow, case, message)
        if number is None:
            await record_unreachable(uow, message, NO_NUMBER)
            return ended(message)
        if earliest := await self._not_before(uow, message):
            return await self._later(uow, request, earliest)
        return await self._ask(uow, request, case, message, number)

    async def _unwanted(self, uow: UnitOfWork, case: ContactCase, message: Message) -> str | None:
        """Why nobody should be sent this any more: what was true when it was asked for may not be true now."""
        day = local_day(uow.now(), case.time_zones[0])
        if case.closed_at is not None:
            allowed = self._policies.delivery.on(day).value.after_close
            return None if allowed & {message.purpose, message.message_class} else CASE_CLOSED
        steps = self._policies.cadence.on(day).value.steps
        if message.object_ref == str(case.case_id) and message.purpose in {step.purpose for step in steps}:
            cadence = await rounds.find_cadence(uow.session, case.case_id, message.version)
            return ROUND_OVER if cadence is not None and cadence.state != "running" else None
        return None

    async def _number(self, uow: UnitOfWork, case: ContactCase, message: Message) -> Number | None:
        delivery = self._policies.delivery.on(local_day(uow.now(), case.time_zones[0])).value
        for channel in delivery.channels_for(message.purpose):
            if usable := await cases.usable_numbers(uow.session, case.borrower_id, channel):
                return usable[0]
        return None

    async def _not_before(self, uow: UnitOfWork, message: Message) -> datetime | None:
        """Until when the last answer stands, if it was no: who is only woken early does not ask again."""
        if not message.reservations:
            return None
        answered = await permits.find_permit(uow.session, _permit_id_of(message))
        if answered is None or answered.earliest is None or answered.earliest <= uow.now():
            return None
        return answered.earliest

    async def _ask(
        self, uow: UnitOfWork, request: DeliveryRequest, case: ContactCase, message: Message, number: Number
    ) -> PermittedMessage | Delivered:
        self._write(message, case)
        message.channel = number.channel
        message.reservations += 1
        ask = PermitAsk(
            permit_id=_permit_id_of(message),
            case=case,
            channel=Channel(number.channel),
            purpose=message.purpose,
            message_class=MessageClass(message.message_class),
            number=number,
            names_institution=self._voice.complete and self._voice.institution in (message.text or ""),
        )
        answer = await self._permits.let_out(uow, ask, message)
        if isinstance(answer, Decision):
            return await self._refused(uow, request, message, answer)
        message.permit_id, message.state, message.handed_at = answer.permit_id, UNHEARD, uow.now()
        return answer

    def _write(self, message: Message, case: ContactCase) -> None:
        """Written once: whoever hands it over again under the same key must hand over the same words."""
        if message.text is not None:
            return
        language = next((known for known in LANGUAGES if known == case.language), None)
        if language is None:
            raise TemplateUnfit("there are no texts in the language of this case")
        message.language, message.text = language, write(message.template, message.params, language, self._voice)

    async def _refused(
        self, uow: UnitOfWork, request: DeliveryRequest, message: Message, decision: Decision
    ) -> Delivered:
        if HOLD_COPY_STALE in decision.rules:
            raise Unavailable("the copy of holds may be out of date")
        if decision.earliest is None:
            await record_refused(uow, message, decision.rules[0], None)
            return ended(message)
        return await self._later(uow, request, decision.earliest)

    async def _later(self, uow: UnitOfWork, request: DeliveryRequest, earliest: datetime) -> Delivered:
        ref, workflow_id = str(message_id_of(request)), message_workflow_id(request)
        await uow.oblige(Obligation(request.case_id, OBLIGATION, ref, "workflow", earliest, workflow_id))
        return Delivered(outcome="later", wake_in=uow.wake_in(earliest))


def _permit_id_of(message: Message) -> UUID:
    """The permit that was asked for last."""
    return business_uuid("permit", str(message.message_id), str(message.reservations))
