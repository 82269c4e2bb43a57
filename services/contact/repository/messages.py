"""SQL of messages to borrowers. On its way a message is locked, and changes by the statements of this file alone."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.common.runtime.encryption import decrypt
from services.common.runtime.sql import Sql
from services.contact.models import MESSAGE_TEXT, Message, Permit
from services.contact.repository.attempts import ATTEMPT_FROM


@dataclass(frozen=True, slots=True)
class MessageRef:
    """Which message it is, and what it is about."""

    message_id: UUID
    case_id: UUID
    purpose: str
    object_ref: str


@dataclass(frozen=True, slots=True)
class LockedMessage(MessageRef):
    """A message as it was when it was locked. `zone` is the borrower's first; None while the case is not known here.

    `tried` are the channels it went by in vain; `tries` is how often it was handed over in its present one.
    """

    version: int
    template: str
    params: dict[str, str]
    message_class: str
    state: str = "planned"
    reservations: int = 0
    tries: int = 0
    tried: tuple[str, ...] = ()
    channel: str | None = None
    template_version: str | None = None
    handed_at: datetime | None = None
    language: str | None = None
    text: str | None = None
    subject: str = ""
    permit_id: UUID | None = None
    reason: str | None = None
    zone: str | None = None


PLAN = Sql(
    """
    INSERT INTO message (message_id, case_id, purpose, object_ref, version, template, params, message_class, state,
        reservations, tries, tried, planned_at)
    VALUES (:message_id, :case_id, :purpose, :object_ref, :version, :template, :params, :message_class, 'planned',
        0, 0, '[]', :planned_at)
    ON CONFLICT DO NOTHING RETURNING message_id
    """
)
LOCK = Sql(
    """
    SELECT m.message_id, m.case_id, m.purpose, m.object_ref, m.version, m.template, m.params, m.message_class, m.state,
        m.reservations, m.tries, jsonb_path_query_array(m.tried, '$[*].channel') AS tried, m.channel,
        m.template_version, m.handed_at, m.language, m.text, m.permit_id, m.reason, c.time_zones ->> 0 AS zone
    FROM message m LEFT JOIN contact_case c USING (case_id)
    WHERE m.message_id = :message_id FOR UPDATE OF m
    """
)
# The gateway's answer: how the message goes on, the attempt that it was, and that nobody waits for it any more. It says
# which permit it is about, so it needs no lock before it: what was recorded or taken up again meanwhile is not touched.
ANSWERED = Sql(
    f"""
    WITH answered AS (
        UPDATE message m SET state = :state, provider_id = :provider_id, sent_at = :sent_at,
            reason = coalesce(CAST(:reason AS text), CASE m.reason WHEN 'GIVEN_UP' THEN m.reason END)
        FROM permit p
        WHERE m.message_id = :message_id AND m.state = 'unknown' AND m.permit_id = :permit_id
            AND p.permit_id = m.permit_id
        RETURNING p.permit_id, p.case_id, p.borrower_id, p.channel, p.number_digest, p.third_party_id, p.purpose
    ), met AS (
        UPDATE obligation SET state = 'met', closed_at = :at
        WHERE kind = :obligation AND ref = :ref AND state = 'open' AND EXISTS (SELECT FROM answered)
    )
    {ATTEMPT_FROM} answered RETURNING attempt_id
    """  # noqa: S608 - made of constants
)
END = Sql("UPDATE message SET state = :state, reason = :reason WHERE message_id = :message_id")
TAKE_BACK = Sql(
    "UPDATE message SET state = 'planned', handed_at = NULL, permit_id = NULL WHERE message_id = :message_id"
)
UNWRITE = Sql(
    "UPDATE message SET language = NULL, text = NULL, template_version = NULL, tries = 0 WHERE message_id = :message_id"
)
# One way was in vain: why is kept, and the message is planned as before, to be written anew for the next way.
PASS_ON = Sql(
    """
    UPDATE message SET state = 'planned', reason = NULL, permit_id = NULL, provider_id = NULL, handed_at = NULL,
        sent_at = NULL, channel = NULL, language = NULL, text = NULL, template_version = NULL, tries = 0,
        tried = tried || jsonb_build_array(jsonb_build_object(
            'channel', channel, 'reason', CAST(:reason AS text), 'at', CAST(:at AS timestamptz)))
    WHERE message_id = :message_id
    """
)
# A receipt of a message that is known to be sent: all of it or nothing, so it is a transaction by itself. The message
# is locked before the webhook is kept, as by everything that takes a receipt in. A receipt of an earlier way is none.
DELIVERED = Sql(
    """
    WITH found AS (
        SELECT message_id FROM message
        WHERE message_id = :message_id AND state = 'sent' AND jsonb_array_length(tried) = :tried FOR UPDATE
    ), taken AS (
        INSERT INTO webhook (webhook_id, kind, effect, received_at)
        SELECT :webhook_id, 'receipt', 'delivered', :at FROM found
        ON CONFLICT DO NOTHING RETURNING webhook_id
    )
    UPDATE message SET state = 'delivered', delivered_at = :at FROM taken WHERE message_id = :message_id
    RETURNING message_id
    """
)
ARRIVED = Sql("UPDATE message SET state = 'delivered', delivered_at = :at WHERE message_id = :message_id")


async def plan(session: AsyncSession, message: LockedMessage, planned_at: datetime) -> bool:
    """Plan a message, which is locked then; False when it is planned already, and stays as it is."""
    values = {
        "message_id": message.message_id,
        "case_id": message.case_id,
        "purpose": message.purpose,
        "object_ref": message.object_ref,
        "version": message.version,
        "template": message.template,
        "params": orjson.dumps(message.params).decode(),
        "message_class": message.message_class,
        "planned_at": planned_at,
    }
    return (await PLAN.run(session, values)).first() is not None


async def lock_message(session: AsyncSession, message_id: UUID) -> LockedMessage | None:
    row = (await LOCK.run(session, {"message_id": message_id})).mappings().one_or_none()
    if row is None:
        return None
    text = None if row["text"] is None else decrypt(row["text"], MESSAGE_TEXT)
    return LockedMessage(**{**row, "text": text, "tried": tuple(row["tried"])})


async def answered(session: AsyncSession, values: dict[str, Any]) -> bool:
    """Keep what the gateway said; False when the message is not, or no longer, handed over under this permit."""
    return (await ANSWERED.run(session, values)).first() is not None


async def end(session: AsyncSession, message_id: UUID, state: str, reason: str) -> None:
    """End a locked message."""
    await END.run(session, {"message_id": message_id, "state": state, "reason": reason})


async def pass_on(session: AsyncSession, message_id: UUID, reason: str, at: datetime) -> None:
    """Plan a locked message for the next way; why this one was in vain is kept with it."""
    await PASS_ON.run(session, {"message_id": message_id, "reason": reason, "at": at})


async def take_back(session: AsyncSession, message_id: UUID) -> None:
    """Plan a locked message as before: the gateway never took it."""
    await TAKE_BACK.run(session, {"message_id": message_id})


async def unwrite(session: AsyncSession, message: LockedMessage) -> LockedMessage:
    """Take the words of a locked message away, which is to be written anew for another channel."""
    await UNWRITE.run(session, {"message_id": message.message_id})
    return replace(message, language=None, text=None, template_version=None, tries=0)


async def delivered(session: AsyncSession, message_id: UUID, tried: int, webhook_id: str, at: datetime) -> bool:
    """Take in a receipt at once; False, and nothing is kept, unless the message is sent and the receipt is new.

    `tried` is how many ways it had gone in vain before the one that the receipt is about.
    """
    values = {"message_id": message_id, "tried": tried, "webhook_id": webhook_id, "at": at}
    return (await DELIVERED.run(session, values)).first() is not None


async def arrived(session: AsyncSession, message_id: UUID, at: datetime) -> None:
    """A locked message was delivered."""
    await ARRIVED.run(session, {"message_id": message_id, "at": at})


async def sent_to(session: AsyncSession, message_id: UUID) -> tuple[str, str] | None:
    """The digest and the channel of the address to which a message went; None while it went nowhere."""
    found = select(col(Permit.number_digest), col(Permit.channel)).join(
        Message, col(Message.permit_id) == col(Permit.permit_id)
    )
    row = (await session.execute(found.where(col(Message.message_id) == message_id))).one_or_none()
    return None if row is None or row.number_digest is None else (row.number_digest, row.channel)


async def find_message(session: AsyncSession, message_id: UUID) -> Message | None:
    return await session.get(Message, message_id)


async def messages_of(session: AsyncSession, case_id: UUID, limit: int) -> Sequence[Message]:
    """Messages of a case, the newest first."""
    found = select(Message).where(col(Message.case_id) == case_id)
    ordered = found.order_by(col(Message.planned_at).desc(), col(Message.message_id)).limit(limit)
    return (await session.execute(ordered)).scalars().all()


async def sent_of(session: AsyncSession, case_id: UUID, templates: Collection[str]) -> Sequence[Message]:
    """Messages of a case, of these templates, that were sent and have not come back."""
    found = select(Message).where(
        col(Message.case_id) == case_id,
        col(Message.template).in_(templates),
        col(Message.state).in_(("sent", "delivered")),
    )
    return (await session.execute(found)).scalars().all()


async def planned_messages(session: AsyncSession, case_id: UUID) -> Sequence[Message]:
    """Messages of a case that wait for their moment."""
    found = select(Message).where(col(Message.case_id) == case_id, col(Message.state) == "planned")
    return (await session.execute(found.order_by(col(Message.message_id)))).scalars().all()
