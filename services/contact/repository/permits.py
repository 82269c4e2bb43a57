"""SQL of permits and attempts: the lock, the counts, the freshness of what is copied, the stored decision."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.common.runtime.sql import Sql
from services.contact.models import Attempt, ContactCase, Inbound, Permit

BUDGET = Sql(
    "INSERT INTO contact_budget (borrower_id, asked) VALUES (:borrower_id, 1) "
    "ON CONFLICT (borrower_id) DO UPDATE SET asked = contact_budget.asked + 1"
)
PERMIT = Sql(
    """
    INSERT INTO permit (permit_id, borrower_id, case_id, channel, number_id, number_digest, purpose, message_class,
        verdict, verdicts, facts, pack, pack_version, asked_by, decided_at, earliest, expires_at, used_at)
    VALUES (:permit_id, :borrower_id, :case_id, :channel, :number_id, :number_digest, :purpose, :message_class,
        :verdict, :verdicts, :facts, :pack, :pack_version, :asked_by, :decided_at, :earliest, :expires_at, :used_at)
    """
)
ATTEMPT = Sql(
    """
    INSERT INTO attempt (attempt_id, permit_id, case_id, borrower_id, channel, number_digest, purpose, outcome, at,
        local_day, counts_as_attempt, counts_as_connected, counts_as_conversation, counts_as_rpc)
    VALUES (:attempt_id, :permit_id, :case_id, :borrower_id, :channel, :number_digest, :purpose, :outcome, :at,
        :local_day, :counts_as_attempt, :counts_as_connected, :counts_as_conversation, :counts_as_rpc)
    """
)
# On how many partitions a beat was heard and the oldest of them; whether anything of the borrower is set aside.
HEARD = Sql(
    """
    SELECT count(beat_at) AS partitions, min(beat_at) AS oldest, EXISTS (
        SELECT FROM held_message h
        WHERE h.topic = :topic AND h.status IN ('dead', 'waiting') AND EXISTS (
            SELECT FROM contact_case c
            WHERE (c.case_id = :case_id OR (c.borrower_id = :borrower_id AND c.closed_at IS NULL))
                AND c.case_id::text IN (h.key, h.subject))) AS aside
    FROM consumer_position WHERE topic = :topic
    """
)


async def lock_budget(session: AsyncSession, borrower_id: UUID) -> None:
    """Lock the borrower's budget until the transaction ends, making the row when there is none."""
    await BUDGET.run(session, {"borrower_id": borrower_id})


async def lock_number(session: AsyncSession, digest: str) -> None:
    """Lock a number until the transaction ends: it may belong to several borrowers, each with a budget of their own."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(digest, 0))))


async def count_attempts(session: AsyncSession, digest: str, channel: str, since: datetime, now: datetime) -> int:
    """Attempts on a number from `since` on, with the permits that are reserved for it and may still be used."""
    made = select(func.count()).where(
        col(Attempt.number_digest) == digest,
        col(Attempt.channel) == channel,
        col(Attempt.at) >= since,
        col(Attempt.counts_as_attempt),
    )
    reserved = _reserved(channel, now).where(col(Permit.number_digest) == digest)
    counted = await session.execute(select(made.scalar_subquery() + reserved.scalar_subquery()))
    return int(counted.scalar_one())


async def count_conversations(
    session: AsyncSession, borrower_id: UUID, channel: str, since: datetime, now: datetime
) -> int:
    """Effective calls to a debtor from `since` on, with the permits that may still become one."""
    made = select(func.count()).where(
        col(Attempt.borrower_id) == borrower_id,
        col(Attempt.channel) == channel,
        col(Attempt.at) >= since,
        col(Attempt.counts_as_conversation),
    )
    reserved = _reserved(channel, now).where(col(Permit.borrower_id) == borrower_id)
    counted = await session.execute(select(made.scalar_subquery() + reserved.scalar_subquery()))
    return int(counted.scalar_one())


def _reserved(channel: str, now: datetime) -> Any:
    return select(func.count()).where(
        col(Permit.verdict) == "permitted",
        col(Permit.used_at).is_(None),
        col(Permit.expires_at) > now,
        col(Permit.channel) == channel,
    )


async def last_inbound(session: AsyncSession, borrower_id: UUID, channel: str) -> datetime | None:
    found = select(func.max(col(Inbound.at))).where(
        col(Inbound.borrower_id) == borrower_id, col(Inbound.channel) == channel
    )
    latest: datetime | None = (await session.execute(found)).scalar_one()
    return latest


async def heard_of(
    session: AsyncSession, topic: str, case_id: UUID, borrower_id: UUID
) -> tuple[int, datetime | None, bool]:
    """How far the copy of a topic can be trusted for a borrower.

    On how many partitions a beat was heard, the oldest of the beats, and whether an event of one of the borrower's
    open cases (or of `case_id`) is set aside, so that a hold among them may not be known here.
    """
    row = (await HEARD.run(session, {"topic": topic, "case_id": case_id, "borrower_id": borrower_id})).one()
    return row.partitions, row.oldest, row.aside


async def put_permit(session: AsyncSession, values: dict[str, Any]) -> None:
    """Keep a decision; `verdicts` and `facts` are JSON values."""
    kept = {name: orjson.dumps(values[name]).decode() for name in ("verdicts", "facts")}
    await PERMIT.run(session, values | kept)


async def find_permit(session: AsyncSession, permit_id: UUID) -> Permit | None:
    return await session.get(Permit, permit_id)


async def find_with_case(session: AsyncSession, permit_id: UUID) -> tuple[Permit, ContactCase] | None:
    """A permit and the case it was given for."""
    found = select(Permit, ContactCase).join(ContactCase, col(ContactCase.case_id) == col(Permit.case_id))
    row = (await session.execute(found.where(col(Permit.permit_id) == permit_id))).one_or_none()
    return None if row is None else (row[0], row[1])


async def lock_permit(session: AsyncSession, permit_id: UUID) -> Permit | None:
    found = select(Permit).where(col(Permit.permit_id) == permit_id).with_for_update()
    return (await session.execute(found.execution_options(populate_existing=True))).scalar_one_or_none()


async def put_attempt(session: AsyncSession, values: dict[str, Any]) -> None:
    """Keep an attempt."""
    await ATTEMPT.run(session, values)


async def attempts_of(session: AsyncSession, case_id: UUID, limit: int) -> Sequence[Attempt]:
    """Attempts of a case, the newest first."""
    found = select(Attempt).where(col(Attempt.case_id) == case_id)
    ordered = found.order_by(col(Attempt.at).desc(), col(Attempt.attempt_id)).limit(limit)
    return (await session.execute(ordered)).scalars().all()
