"""Delivery, first half: is a message still wanted, to which number, and may it go out now."""

from datetime import datetime
from uuid import UUID

from services.common.contracts.workflows import DeliveryRequest, message_workflow_id
from services.common.kernel.clock import local_day
from services.common.kernel.errors import Unavailable
from services.common.kernel.ids import business_uuid
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.obligations import Obligation
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.domain.vocabulary import Channel, MessageClass
from services.contact.errors import TemplateUnfit
from services.contact.models import ContactCase, Message, Number
from services.contact.policies import Policies
from services.contact.repository import cases, messages, permits, rounds
from services.contact.service.outcome import OBLIGATION, record_refused, record_unreachable, say_unreachable
from services.contact.service.permits import HOLD_COPY_STALE, Decision, PermitAsk, Permits
from services.contact.texts import LANGUAGES, Voice, write
from services.contact.workflows.messages import Reservation

CASE_CLOSED = "CASE_CLOSED"
ROUND_OVER = "ROUND_OVER"
NO_NUMBER = "NO_NUMBER"
GIVEN_UP = "GIVEN_UP"


def message_id_of(request: DeliveryRequest) -> UUID:
    """The message of a purpose, object and version; there is one."""
    return business_uuid("message", request.purpose, request.object_ref, str(request.version))


class Delivery:
    """Plans messages and reserves their permits."""

    def __init__(self, database: Database, permits: Permits, policies: Policies, voice: Voice) -> None:
        self._database = database
        self._permits = permits
        self._policies = policies
        self._voice = voice

    async def reserve(self, request: DeliveryRequest) -> Reservation:
        """Plan the message if it is new, and ask for its permit under the lock.

        Unavailable (so that the caller tries again, and nothing is skipped) while the case is not known here or the
        copy of holds may be out of date. TemplateUnfit for a text that cannot be written.
        """
        workflow_id = message_workflow_id(request)
        async with self._database.write(Caller.service(self._database.service, workflow_id)) as uow:
            message = await self._planned(uow, request)
            case = await cases.find_case(uow.session, request.case_id)
            if case is None:
                raise Unavailable("the case is not known here yet")
            if message.state == "unknown":
                return Reservation(outcome="permitted", message_id=message.message_id, permit_id=message.permit_id)
            if message.state != "planned":
                return _ended(message)
            if reason := await self._unwanted(uow, case, message):
                await record_refused(uow, message, reason, None)
                return _ended(message)
            found = await self._number(uow, case, message)
            if found is None:
                await record_unreachable(uow, message, NO_NUMBER)
                return _ended(message)
            if earliest := await self._not_before(uow, message):
                return await self._later(uow, message, earliest, workflow_id)
            return await self._ask(uow, case, message, found, workflow_id)

    async def give_up(self, request: DeliveryRequest) -> Reservation:
        """End a message that a person decided to do without; one that went out meanwhile stays sent."""
        async with self._database.write(Caller.service(self._database.service, message_workflow_id(request))) as uow:
            message = await self._planned(uow, request)
            if message.state == "unknown":
                # Nobody knows whether it went out; a receipt may still say so.
                await say_unreachable(uow, message, GIVEN_UP)
                await uow.meet(OBLIGATION, str(message.message_id))
                return Reservation(outcome="unreachable", message_id=message.message_id)
            if message.state == "planned":
                await record_refused(uow, message, GIVEN_UP, None)
            return _ended(message)

    async def _planned(self, uow: UnitOfWork, request: DeliveryRequest) -> Message:
        message_id = message_id_of(request)
        await messages.put_message(
            uow.session,
            {
                "message_id": message_id,
                "case_id": request.case_id,
                "purpose": request.purpose,
                "object_ref": request.object_ref,
                "version": request.version,
                "template": request.template,
                "params": request.params,
                "message_class": request.message_class,
                "state": "planned",
                "reservations": 0,
                "planned_at": uow.now(),
            },
        )
        message = await messages.lock_message(uow.session, message_id)
        if message is None:
            raise Unavailable("the message was planned and is not there")
        return message

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
        self, uow: UnitOfWork, case: ContactCase, message: Message, number: Number, workflow_id: str
    ) -> Reservation:
        if message.text is None:
            language = next((known for known in LANGUAGES if known == case.language), None)
            if language is None:
                raise TemplateUnfit("there are no texts in the language of this case")
            # Written once: whoever hands it over again under the same key must hand over the same words.
            message.language, message.text = language, write(message.template, message.params, language, self._voice)
        message.channel = number.channel
        message.reservations += 1
        decision = await self._permits.reserve(
            uow,
            PermitAsk(
                permit_id=_permit_id_of(message),
                case=case,
                channel=Channel(number.channel),
                purpose=message.purpose,
                message_class=MessageClass(message.message_class),
                number=number,
                names_institution=self._voice.complete and self._voice.institution in message.text,
            ),
        )
        if HOLD_COPY_STALE in decision.rules:
            raise Unavailable("the copy of holds may be out of date")
        message.permit_id = decision.permit_id if decision.permitted else None
        if decision.permitted:
            return Reservation(outcome="permitted", message_id=message.message_id, permit_id=decision.permit_id)
        return await self._refused(uow, message, decision, workflow_id)

    async def _refused(self, uow: UnitOfWork, message: Message, decision: Decision, workflow_id: str) -> Reservation:
        if decision.earliest is None:
            await record_refused(uow, message, decision.rules[0], None)
            return _ended(message)
        return await self._later(uow, message, decision.earliest, workflow_id)

    async def _later(self, uow: UnitOfWork, message: Message, earliest: datetime, workflow_id: str) -> Reservation:
        ref = str(message.message_id)
        await uow.oblige(Obligation(message.case_id, OBLIGATION, ref, "workflow", earliest, workflow_id))
        return Reservation(outcome="later", message_id=message.message_id, wake_in=uow.wake_in(earliest))


def _permit_id_of(message: Message) -> UUID:
    """The permit that was asked for last."""
    return business_uuid("permit", str(message.message_id), str(message.reservations))


def _ended(message: Message) -> Reservation:
    if message.state == "refused":
        return Reservation(outcome="refused", message_id=message.message_id)
    if message.state in ("failed", "unreachable"):
        return Reservation(outcome="unreachable", message_id=message.message_id)
    return Reservation(outcome="sent", message_id=message.message_id)
