"""What is under way: messages that wait, requests to override, requests on their way to intake."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from services.common.runtime.sql import Sql

MESSAGES = Sql(
    """
    SELECT case_id, purpose, object_ref, version, template, CAST(params AS text) AS params, message_class,
        jsonb_array_length(tried) AS again
    FROM message WHERE state IN ('planned', 'unknown')
    """
)
OVERRIDES = Sql("SELECT case_id, override_id FROM override WHERE state = 'requested'")
HAND_OVERS = Sql(
    "SELECT case_id, CAST(ref AS uuid) AS conversation_id FROM obligation WHERE state = 'open' AND kind = 'hand_over'"
)


async def waiting_messages(session: AsyncSession) -> Sequence[dict[str, Any]]:
    """Messages that have not ended, as they were asked for."""
    rows = (await MESSAGES.run(session, {})).mappings().all()
    return [{**row, "params": orjson.loads(row["params"])} for row in rows]


async def open_requests(session: AsyncSession) -> Sequence[tuple[UUID, UUID]]:
    """Case and id of requests to override that wait for a decision."""
    return [(row.case_id, row.override_id) for row in await OVERRIDES.run(session, {})]


async def hand_overs(session: AsyncSession) -> Sequence[tuple[UUID, UUID]]:
    """Case and conversation of requests that intake has not heard of."""
    return [(row.case_id, row.conversation_id) for row in await HAND_OVERS.run(session, {})]
