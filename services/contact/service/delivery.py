"""Delivery: intent, attempt, outcome. What was not heard is asked for, never sent blindly again."""

from functools import partial
from typing import Protocol

from services.common.contracts.workflows import DeliveryRequest, message_workflow_id
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.failpoints import failpoint
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.errors import GatewayRefused
from services.contact.permitted import MessageGateway
from services.contact.repository import messages
from services.contact.repository.messages import MessageRef
from services.contact.service.outcome import (
    OBLIGATION,
    UNHEARD,
    HandOver,
    ended,
    hand_over_of,
    record_failed,
    record_refused,
    record_sent,
    say_unreachable,
)
from services.contact.service.release import Leaving, Release, Unheard, locked, message_id_of
from services.contact.workflows.messages import Delivered

GIVEN_UP = "GIVEN_UP"


class Record(Protocol):
    """Records what the gateway said; None when the message does not wait for it any more."""

    async def __call__(self, uow: UnitOfWork, ref: MessageRef, over: HandOver, /) -> Delivered | None: ...


class Delivery:
    """Gives messages that may leave to the gateway, each once."""

    def __init__(self, database: Database, release: Release, gateway: MessageGateway) -> None:
        self._database = database
        self._release = release
        self._gateway = gateway

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
            if isinstance(found, Leaving):
                return await self._send(request, found)
            if (known := await self._ask_for(request, found)) is not None:
                return known

    async def give_up(self, request: DeliveryRequest) -> Delivered:
        """End a message that a person decided to do without; one that went out meanwhile stays sent."""
        async with self._database.write(self._caller(request)) as uow:
            message = await self._release.planned(uow, request)
            if message.state == UNHEARD:
                # Nobody knows whether it went out; a receipt may still say so.
                await say_unreachable(uow, message, GIVEN_UP)
                await uow.meet(OBLIGATION, str(message.message_id))
                return Delivered(outcome="unreachable")
            if message.state == "planned":
                return await record_refused(uow, message, GIVEN_UP, None)
            return ended(message)

    async def _send(self, request: DeliveryRequest, leaving: Leaving) -> Delivered:
        failpoint("contact.before_gateway")
        try:
            accepted = await self._gateway.send(leaving.message)
        except GatewayRefused as refusal:
            return await self._finish(request, leaving.over, partial(record_failed, reason=refusal.detail))
        failpoint("contact.after_gateway")
        return await self._finish(request, leaving.over, partial(record_sent, provider_id=accepted))

    async def _ask_for(self, request: DeliveryRequest, unheard: Unheard) -> Delivered | None:
        """What the gateway knows of an earlier try; None when it never took it, and a new permit is needed."""
        provider_id = await self._gateway.find(str(unheard.message_id))
        if provider_id is None:
            await self._take_back(request)
            return None
        return await self._finish(request, unheard.over, partial(record_sent, provider_id=provider_id))

    async def _take_back(self, request: DeliveryRequest) -> None:
        """The gateway never took it: it is planned as before, and needs a new permit."""
        async with self._database.write(self._caller(request)) as uow:
            message = await locked(uow, request)
            if message.state == UNHEARD:
                await messages.take_back(uow.session, message.message_id)
                await uow.audit("message.taken_back", f"message/{message.message_id}", case_id=message.case_id)

    async def _finish(self, request: DeliveryRequest, over: HandOver, record: Record) -> Delivered:
        ref = MessageRef(message_id_of(request), request.case_id, request.purpose, request.object_ref)
        async with self._database.write(self._caller(request)) as uow:
            if (known := await record(uow, ref, over)) is not None:
                return known
            # A receipt has come before our own answer and recorded it, or another try took the message up again.
            message = await locked(uow, request)
            if message.state == UNHEARD:
                known = await record(uow, message, hand_over_of(message))
            return known or ended(message)

    def _caller(self, request: DeliveryRequest) -> Caller:
        return Caller.service(self._database.service, message_workflow_id(request))
