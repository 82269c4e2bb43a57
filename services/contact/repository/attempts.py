"""SQL of attempts. What an attempt has of its permit is taken from the permit's row."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.common.runtime.sql import Sql
from services.contact.models import Attempt

# To be followed by where the row of the permit comes from.
ATTEMPT_FROM = """
    INSERT INTO attempt (attempt_id, permit_id, case_id, borrower_id, channel, number_digest, third_party_id, purpose,
        outcome, at, local_day, counts_as_attempt, counts_as_connected, counts_as_conversation, counts_as_rpc)
    SELECT :attempt_id, permit_id, case_id, borrower_id, channel, number_digest, third_party_id, purpose, :outcome, :at,
        :local_day, :counts_as_attempt, :counts_as_connected, :counts_as_conversation, :counts_as_rpc
    FROM"""
ATTEMPT = Sql(f"{ATTEMPT_FROM} permit WHERE permit_id = :permit_id")


async def put_attempt(session: AsyncSession, values: dict[str, Any]) -> None:
    """Keep the attempt that was made under a permit."""
    await ATTEMPT.run(session, values)


async def attempts_of(session: AsyncSession, case_id: UUID, limit: int) -> Sequence[Attempt]:
    """Attempts of a case, the newest first."""
    found = select(Attempt).where(col(Attempt.case_id) == case_id)
    ordered = found.order_by(col(Attempt.at).desc(), col(Attempt.attempt_id)).limit(limit)
    return (await session.execute(ordered)).scalars().all()
