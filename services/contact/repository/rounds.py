"""SQL of rounds: cadences, replies and conversations."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.common.runtime.sql import Sql
from services.contact.models import Cadence, Conversation, Inbound, Webhook


async def find_cadence(session: AsyncSession, case_id: UUID, round_: int) -> Cadence | None:
    return await session.get(Cadence, (case_id, round_))


async def add_cadence(session: AsyncSession, cadence: Cadence) -> None:
    """Begin a round. The case is locked by the caller, so nobody begins it twice."""
    session.add(cadence)
    await session.flush()


async def cadences_of(session: AsyncSession, case_id: UUID) -> Sequence[Cadence]:
    found = select(Cadence).where(col(Cadence.case_id) == case_id).order_by(col(Cadence.round))
    return (await session.execute(found)).scalars().all()


TAKE_WEBHOOK = Sql(
    "INSERT INTO webhook (webhook_id, kind, effect, received_at) VALUES (:webhook_id, :kind, 'taken', :at) "
    "ON CONFLICT DO NOTHING RETURNING webhook_id"
)
NOTE_EFFECT = Sql("UPDATE webhook SET effect = :effect WHERE webhook_id = :webhook_id")
# Whether the present round of a case has ended: what has ended does not go on.
ROUND_ENDED = Sql(
    "SELECT EXISTS (SELECT FROM contact_case c JOIN cadence k USING (case_id, round) "
    "WHERE c.case_id = :case_id AND k.state <> 'running')"
)


async def take_webhook(session: AsyncSession, webhook_id: str, kind: str, at: datetime) -> bool:
    """Keep the id of a webhook; False when it was taken in before. A concurrent twin waits here."""
    taken = await TAKE_WEBHOOK.run(session, {"webhook_id": webhook_id, "kind": kind, "at": at})
    return taken.first() is not None


async def note_effect(session: AsyncSession, webhook_id: str, effect: str) -> None:
    """Keep what a webhook did."""
    await NOTE_EFFECT.run(session, {"webhook_id": webhook_id, "effect": effect})


async def round_has_ended(session: AsyncSession, case_id: UUID) -> bool:
    """Whether the present round of a case is over; False when it runs, or has not begun."""
    return bool((await ROUND_ENDED.run(session, {"case_id": case_id})).scalar_one())


async def count_webhooks(session: AsyncSession, effect: str) -> int:
    found = select(func.count()).where(col(Webhook.effect) == effect)
    return int((await session.execute(found)).scalar_one())


async def put_inbound(session: AsyncSession, values: dict[str, Any]) -> None:
    await session.execute(insert(Inbound).values(**values))


async def inbound_of(session: AsyncSession, person_ids: Sequence[UUID], limit: int) -> Sequence[Inbound]:
    """What persons wrote, the newest first."""
    found = select(Inbound).where(col(Inbound.borrower_id).in_(person_ids))
    return (await session.execute(found.order_by(col(Inbound.at).desc()).limit(limit))).scalars().all()


async def put_conversation(session: AsyncSession, values: dict[str, Any]) -> None:
    await session.execute(insert(Conversation).values(**values))


async def conversations_of(session: AsyncSession, case_id: UUID, limit: int) -> Sequence[Conversation]:
    """Conversations of a case, the newest first."""
    found = select(Conversation).where(col(Conversation.case_id) == case_id)
    return (await session.execute(found.order_by(col(Conversation.at).desc()).limit(limit))).scalars().all()
