"""Delivery: intent, attempt, outcome. What was not heard is asked for, never sent blindly again.

A way that is in vain for good is followed by the next one, under a permit of its own. One that cannot be had now is
tried so often; a gateway that does not say what became of a message is asked for so long, and the message has no other
way then, since it may have arrived.
"""

from functools import partial
from typing import Protocol

from services.common.contracts.workflows import DeliveryRequest, message_workflow_id
from services.common.kernel.errors import Unavailable
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.failpoints import failpoint
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.errors import GatewayRefused
from services.contact.permitted import MessageGateway, key_of
from services.contact.repository import messages
from services.contact.repository.messages import LockedMessage, MessageRef
from services.contact.service.messages.outcome import (
    GIVEN_UP,
    OBLIGATION,
    PASSED_ON,
    UNHEARD,
    HandOver,
    ended,
    hand_over_of,
    record_failed,
    record_refused,
    record_sent,
    say_unreachable,
)
from services.contact.service.messages.release import Leaving, Release, Unheard, locked, message_id_of
from services.contact.service.messages.told import Telling
from services.contact.workflows.messages import Delivered

SILENT = "GATEWAY_SILENT"


class Record(Protocol):
    """Records what the gateway said; None when the message does not wait for it any more."""

    async def __call__(self, uow: UnitOfWork, ref: MessageRef, over: HandOver, /) -> Delivered | None: ...


class Delivery:
    """Gives messages that may leave to the gateway, each once."""

    def __init__(self, database: Database, release: Release, gateway: MessageGateway, telling: Telling) -> None:
        self._database = database
        self._release = release
        self._gateway = gateway
        self._telling = telling

    async def deliver(self, request: DeliveryRequest) -> Delivered:
        """Hand a message over if it may go out now.

        Unavailable when the gateway did not answer: the next try asks it first. Unavailable and TemplateUnfit as
        `Release.let_out` says.
        """
        while True:
            async with self._database.write(self._caller(request)) as uow:
                found = await self._release.let_out(uow, request)
            if isinstance(found, Delivered):
                return found
            known = await (self._send(request, found) if isinstance(found, Leaving) else self._ask_for(request, found))
            if known is not None and known is not PASSED_ON:
                return known

    async def give_up(self, request: DeliveryRequest) -> Delivered:
        """End a message that a person decided to do without; one that went out meanwhile stays sent."""
        async with self._database.write(self._caller(request)) as uow:
            message = await self._release.planned(uow, request)
            if message.state == UNHEARD:
                return await self._not_known(uow, message, GIVEN_UP)
            if message.state == "planned":
                return await record_refused(uow, message, GIVEN_UP, None)
            return ended(message)

    async def _send(self, request: DeliveryRequest, leaving: Leaving) -> Delivered:
        failpoint("contact.before_gateway")
        try:
            accepted = await self._gateway.send(leaving.message)
        except GatewayRefused as refusal:
            failed = partial(record_failed, reason=refusal.detail, another=leaving.another)
            return await self._finish(request, leaving.over, failed)
        failpoint("contact.after_gateway")
        return await self._finish(request, leaving.over, partial(record_sent, provider_id=accepted))

    async def _ask_for(self, request: DeliveryRequest, unheard: Unheard) -> Delivered | None:
        """What the gateway knows of an earlier try; None when it never took it, and a new permit is needed."""
        message = unheard.message
        key = key_of(message.message_id, len(message.tried))
        try:
            provider_id = await self._gateway.find(message.channel or "", key)
        except Unavailable:
            if not unheard.for_long:
                raise
            return await self._no_more(request)
        if provider_id is None:
            return await self._never_taken(request)
        return await self._finish(request, unheard.over, partial(record_sent, provider_id=provider_id))

    async def _never_taken(self, request: DeliveryRequest) -> Delivered | None:
        """The gateway never took it: it needs a new permit, or another way, or has ended."""
        async with self._database.write(self._caller(request)) as uow:
            message = await locked(uow, request)
            return await self._release.never_taken(uow, message) if message.state == UNHEARD else None

    async def _no_more(self, request: DeliveryRequest) -> Delivered:
        """The gateway was asked for long enough."""
        async with self._database.write(self._caller(request)) as uow:
            message = await locked(uow, request)
            return await self._not_known(uow, message, SILENT) if message.state == UNHEARD else ended(message)

    async def _not_known(self, uow: UnitOfWork, message: LockedMessage, reason: str) -> Delivered:
        """Nobody knows whether it went out; a receipt may still say so. Of one that a person gave up it changes no more
        than that: it goes no other way."""
        await messages.end(uow.session, message.message_id, UNHEARD, reason)
        await say_unreachable(uow, message, reason)
        await uow.meet(OBLIGATION, str(message.message_id))
        await uow.audit(
            "message.not_known", f"message/{message.message_id}", case_id=message.case_id, detail={"reason": reason}
        )
        return Delivered(outcome="unreachable")

    async def _finish(self, request: DeliveryRequest, over: HandOver, record: Record) -> Delivered:
        ref = MessageRef(message_id_of(request), request.case_id, request.purpose, request.object_ref)
        async with self._database.write(self._caller(request)) as uow:
            if (known := await record(uow, ref, over)) is not None:
                return await self._told(uow, request, known)
            # A receipt has come before our own answer and recorded it, or another try took the message up again.
            message = await locked(uow, request)
            if message.state == UNHEARD:
                known = await record(uow, message, hand_over_of(message))
            return await self._told(uow, request, known) if known else ended(message)

    async def _told(self, uow: UnitOfWork, request: DeliveryRequest, known: Delivered) -> Delivered:
        if known.outcome == "sent":
            await self._telling.in_message(uow, request.case_id, request.template)
        return known

    def _caller(self, request: DeliveryRequest) -> Caller:
        return Caller.service(self._database.service, message_workflow_id(request))
