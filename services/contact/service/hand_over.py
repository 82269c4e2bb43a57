"""Delivery, second half: intent, attempt, outcome. What was not heard is asked for, never sent blindly again."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.failpoints import failpoint
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.errors import GatewayRefused, MessageUnknown, PermitUnusable
from services.contact.models import Message
from services.contact.permitted import MessageGateway, PermittedMessage
from services.contact.repository import messages
from services.contact.service.outcome import record_failed, record_sent
from services.contact.service.permits import Permits
from services.contact.workflows.messages import HandedOver, HandOver

UNHEARD = "unknown"


class HandingOver:
    """Gives permitted messages to the gateway."""

    def __init__(self, database: Database, permits: Permits, gateway: MessageGateway) -> None:
        self._database = database
        self._permits = permits
        self._gateway = gateway

    async def hand_over(self, order: HandOver) -> HandedOver:
        """Hand a message over once. Unavailable when the gateway did not answer; the next try asks it first."""
        intent = await self._intend(order)
        if isinstance(intent, HandedOver):
            return intent
        if intent is None:
            provider_id = await self._gateway.find(str(order.message_id))
            if provider_id is None:
                return await self._finish(order, self._take_back)
            return await self._finish(order, lambda uow, message: record_sent(uow, message, provider_id))
        failpoint("contact.before_gateway")
        try:
            accepted = await self._gateway.send(intent)
        except GatewayRefused as refusal:
            reason = refusal.detail
            return await self._finish(order, lambda uow, message: record_failed(uow, message, reason))
        failpoint("contact.after_gateway")
        return await self._finish(order, lambda uow, message: record_sent(uow, message, accepted))

    async def _intend(self, order: HandOver) -> PermittedMessage | HandedOver | None:
        """Use the permit and note that the message leaves now; None when an earlier try was not heard of."""
        async with self._database.write(self._caller(order.message_id)) as uow:
            message = await _locked(uow, order.message_id)
            if message.state == UNHEARD:
                return None
            if message.state != "planned":
                return _result(message)
            if message.permit_id != order.permit_id:
                return HandedOver(outcome="reserve_again")
            try:
                permitted = await self._permits.let_out(uow, message, order.permit_id)
            except PermitUnusable:
                return HandedOver(outcome="reserve_again")
            message.state, message.handed_at = UNHEARD, uow.now()
            return permitted

    async def _finish(self, order: HandOver, record: Callable[[UnitOfWork, Message], Awaitable[None]]) -> HandedOver:
        async with self._database.write(self._caller(order.message_id)) as uow:
            message = await _locked(uow, order.message_id)
            # A receipt may have come before our own answer, and has recorded it then.
            if message.state == UNHEARD:
                await record(uow, message)
            return _result(message)

    async def _take_back(self, uow: UnitOfWork, message: Message) -> None:
        """The gateway never took it: it is planned as before, and needs a new permit."""
        message.state, message.handed_at, message.permit_id = "planned", None, None
        await uow.audit("message.taken_back", f"message/{message.message_id}", case_id=message.case_id)

    def _caller(self, message_id: UUID) -> Caller:
        return Caller.service(self._database.service, f"message/{message_id}")


async def _locked(uow: UnitOfWork, message_id: UUID) -> Message:
    message = await messages.lock_message(uow.session, message_id)
    if message is None:
        raise MessageUnknown("there is no message of this id")
    return message


def _result(message: Message) -> HandedOver:
    if message.state == "planned":
        return HandedOver(outcome="reserve_again")
    return HandedOver(outcome="sent" if message.state in ("sent", "delivered") else "unreachable")
