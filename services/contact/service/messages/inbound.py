"""What comes back: receipts of messages and replies of borrowers, each told by a signed webhook."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, field_validator
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from services.common.contracts.events.contacts import InboundRecorded
from services.common.contracts.workflows import DeliveryRequest
from services.common.kernel.clock import local_day
from services.common.kernel.errors import InvalidInput
from services.common.kernel.ids import business_uuid
from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.unit_of_work import UnitOfWork
from services.contact.domain.vocabulary import Channel
from services.contact.errors import WebhookRefused
from services.contact.permitted import read_key
from services.contact.policies import Policies
from services.contact.repository import cases, messages, numbers, rounds
from services.contact.repository.messages import LockedMessage
from services.contact.repository.owed import lock_owed
from services.contact.service.messages.opt_outs import OptOuts
from services.contact.service.messages.outcome import GIVEN_UP, PASSED_ON, UNHEARD, hand_over_of, in_vain, record_sent
from services.contact.service.messages.release import Release
from services.contact.service.messages.told import Telling
from services.contact.service.people.learning import Numbers
from services.contact.service.rounds.engagement import Engagement
from services.contact.service.talks.distress import raise_alarm
from services.contact.service.talks.wording import speaks_of_self_harm

UNKNOWN_SENDER = "unknown_sender"
UNDELIVERED, BOUNCED = "UNDELIVERED", "BOUNCED"
HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")


class Receipt(BaseModel):
    """What became of a message that the gateway took."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    type: Literal["receipt"]
    provider_id: str = Field(min_length=1, max_length=200)
    idempotency_key: str = Field(max_length=100)
    status: Literal["delivered", "failed", "bounced"]
    received_at: AwareDatetime

    @field_validator("idempotency_key")
    @classmethod
    def _ours(cls, key: str) -> str:
        read_key(key)
        return key

    @property
    def about(self) -> tuple[UUID, int]:
        """The message, and how many ways it had gone in vain before the one that this is about."""
        return read_key(self.idempotency_key)


class Reply(BaseModel):
    """Something that somebody wrote to us."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    type: Literal["inbound"]
    provider_id: str = Field(min_length=1, max_length=200)
    channel: Literal["sms", "email", "portal"]
    sender: str = Field(alias="from", min_length=1, max_length=200, repr=False)
    text: str = Field(max_length=10_000, repr=False)
    received_at: AwareDatetime


_TOLD: TypeAdapter[Receipt | Reply] = TypeAdapter(Annotated[Receipt | Reply, Field(discriminator="type")])


class WebhookAnswer(BaseModel):
    """What a webhook did: `repeat` when it was taken in before."""

    effect: str


class Inbox:
    """Takes in the gateway's webhooks, each once."""

    def __init__(
        self,
        database: Database,
        policies: Policies,
        engagement: Engagement,
        numbers: Numbers,
        release: Release,
        opt_outs: OptOuts,
        telling: Telling,
        secret: str,
    ) -> None:
        self._database = database
        self._release = release
        self._opt_outs = opt_outs
        self._telling = telling
        self._policies = policies
        self._engagement = engagement
        self._numbers = numbers
        self._signature = Webhook(secret)

    async def take_in(self, body: bytes, headers: dict[str, str], correlation_id: str) -> WebhookAnswer:
        """Verify and apply one webhook.

        WebhookRefused when it is not the gateway's, altered, or not of this time; InvalidInput for an unknown shape.
        """
        told = self._verified(body, headers)
        webhook_id = headers["webhook-id"]
        if isinstance(told, Receipt) and told.status == "delivered" and await self._delivered(told, webhook_id):
            return WebhookAnswer(effect="delivered")
        async with self._database.write(Caller("gateway", frozenset(), correlation_id)) as uow:
            # Of a receipt the message is locked first, as in `_delivered`: twins wait, and never for one another.
            about = told.about[0] if isinstance(told, Receipt) else None
            message = await messages.lock_message(uow.session, about) if about else None
            if not await rounds.take_webhook(uow.session, webhook_id, told.type, uow.now()):
                return WebhookAnswer(effect="repeat")
            if isinstance(told, Receipt):
                effect = await self._receipt(uow, told, message)
            else:
                effect = await self._reply(uow, told, webhook_id)
            await rounds.note_effect(uow.session, webhook_id, effect)
            return WebhookAnswer(effect=effect)

    async def _delivered(self, receipt: Receipt, webhook_id: str) -> bool:
        """What nearly every receipt says, in one statement, which is a transaction by itself; False: look closer."""
        now = self._database.clock.now()
        async with self._database.read() as session:
            return await messages.delivered(session, *receipt.about, webhook_id, now)

    def _verified(self, body: bytes, headers: dict[str, str]) -> Receipt | Reply:
        try:
            self._signature.verify(body, headers, json_parse=False)
        except (WebhookVerificationError, ValueError, IndexError):
            raise WebhookRefused("the signature or the timestamp is not good") from None
        try:
            return _TOLD.validate_json(body)
        except ValidationError as error:
            places = ", ".join(".".join(str(part) for part in one["loc"]) for one in error.errors())
            raise InvalidInput(f"the body is no receipt and no reply: {places}") from None

    async def _receipt(self, uow: UnitOfWork, receipt: Receipt, message: LockedMessage | None) -> str:
        if message is None:
            return "unknown_message"
        if len(message.tried) != receipt.about[1]:
            return "earlier_way"
        if message.state == UNHEARD:
            await record_sent(uow, message, hand_over_of(message), receipt.provider_id)
            await self._telling.in_message(uow, message.case_id, message.template)
        elif message.state != "sent":
            return "nothing_new"
        if receipt.status == "delivered":
            await messages.arrived(uow.session, message.message_id, uow.now())
        else:
            await self._in_vain(uow, message, BOUNCED if receipt.status == "bounced" else UNDELIVERED)
        return receipt.status

    async def _in_vain(self, uow: UnitOfWork, message: LockedMessage, reason: str) -> None:
        """It was sent and did not arrive. Its workflow has ended, so another one takes it by another way."""
        await messages.end(uow.session, message.message_id, "failed", reason)
        await self._telling.in_message(uow, message.case_id, message.template)
        over = hand_over_of(message)
        another = message.reason != GIVEN_UP and await self._release.goes_on(uow, message)
        if await in_vain(uow, message, over.permit_id, reason, another) is PASSED_ON:
            again = DeliveryRequest.model_validate(
                {
                    "case_id": message.case_id,
                    "purpose": message.purpose,
                    "object_ref": message.object_ref,
                    "version": message.version,
                    "template": message.template,
                    "params": message.params,
                    "message_class": message.message_class,
                    "again": len(message.tried) + 1,
                }
            )
            await uow.send_message(again)

    async def _reply(self, uow: UnitOfWork, reply: Reply, webhook_id: str) -> str:
        inbound_id = business_uuid("inbound", webhook_id)
        digest, owners = await self._sender(uow, reply)
        owed = await lock_owed(uow.session, owners)
        opened = list({one.case.case_id: one.case for one in owed}.values())
        now = uow.now()
        zone = opened[0].time_zones[0] if opened else "UTC"
        opt_out = self._opt_outs.is_one(reply.text, opened, Channel(reply.channel), local_day(now, zone))
        await rounds.put_inbound(
            uow.session,
            {
                "inbound_id": inbound_id,
                "borrower_id": owners[0] if len(owners) == 1 else None,
                "channel": reply.channel,
                "number_digest": digest,
                "text": reply.text,
                "opt_out": opt_out,
                "at": now,
            },
        )
        if opened and speaks_of_self_harm([reply.text], [], opened[0].language):
            for one in owed:
                await raise_alarm(
                    uow, self._policies, one.case, borrower_id=one.person_id, occasion=inbound_id, agent=None
                )
        if opt_out:
            await self._opt_outs.hear(uow, digest, reply.channel, owed, inbound_id, answer=True)
        if not owners:
            return UNKNOWN_SENDER
        if opt_out:
            # Whoever asks not to be written to has not begun to talk: the round goes on by the ways that are left.
            return "opt_out"
        if len(owners) == 1:
            # US-13: who writes from a number has it; of several nobody knows which.
            await numbers.used(uow.session, owners[0], digest, local_day(now, zone))
        for one in owed:
            await self._engagement.end_quiet(uow, one.case, one.person_id)
        for case in opened:
            # Whoever owes the debt and writes about it has begun to talk, as in a conversation.
            await self._engagement.engaged(uow, case)
            await uow.emit(
                InboundRecorded(
                    case_id=case.case_id, inbound_id=inbound_id, channel=reply.channel, round=case.round, at=now
                )
            )
        return "recorded" if opened else "no_open_case"

    async def _sender(self, uow: UnitOfWork, reply: Reply) -> tuple[str, list[UUID]]:
        """By which digest the sender is known, and whose that is; nobody's is the last that was looked for."""
        digest, owners = "", list[UUID]()
        for digest in self._numbers.digests_of(reply.sender, reply.channel):
            if owners := await cases.owners_of(uow.session, digest):
                break
        return digest, owners
