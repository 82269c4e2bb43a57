"""SQL of messages to borrowers."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.common.runtime.sql import Sql
from services.contact.models import Message

PLAN = Sql(
    """
    INSERT INTO message (message_id, case_id, purpose, object_ref, version, template, params, message_class, state,
        reservations, planned_at)
    VALUES (:message_id, :case_id, :purpose, :object_ref, :version, :template, :params, :message_class, 'planned',
        0, :planned_at)
    ON CONFLICT DO NOTHING
    """
)


async def plan(session: AsyncSession, values: dict[str, Any]) -> None:
    """Plan a message; one that is planned already stays as it is."""
    await PLAN.run(session, values | {"params": orjson.dumps(values["params"]).decode()})


async def lock_message(session: AsyncSession, message_id: UUID) -> Message | None:
    found = select(Message).where(col(Message.message_id) == message_id).with_for_update()
    return (await session.execute(found.execution_options(populate_existing=True))).scalar_one_or_none()


async def lock_message_of_provider(session: AsyncSession, provider_id: str) -> Message | None:
    found = select(Message).where(col(Message.provider_id) == provider_id).with_for_update()
    return (await session.execute(found)).scalar_one_or_none()


async def find_message(session: AsyncSession, message_id: UUID) -> Message | None:
    return await session.get(Message, message_id)


async def messages_of(session: AsyncSession, case_id: UUID, limit: int) -> Sequence[Message]:
    """Messages of a case, the newest first."""
    found = select(Message).where(col(Message.case_id) == case_id)
    ordered = found.order_by(col(Message.planned_at).desc(), col(Message.message_id)).limit(limit)
    return (await session.execute(ordered)).scalars().all()


async def planned_messages(session: AsyncSession, case_id: UUID) -> Sequence[Message]:
    """Messages of a case that wait for their moment."""
    found = select(Message).where(col(Message.case_id) == case_id, col(Message.state) == "planned")
    return (await session.execute(found.order_by(col(Message.message_id)))).scalars().all()
