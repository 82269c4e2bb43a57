"""SQL of permits and attempts: the lock, the counts, the freshness of what is copied, the stored decision."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text, cast, exists, func, literal, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.common.runtime.tables import RuntimeTables
from services.contact.models import Attempt, ContactBudget, ContactCase, Inbound, Permit


async def lock_budget(session: AsyncSession, borrower_id: UUID) -> None:
    """Lock the borrower's budget until the transaction ends, making the row when there is none."""
    row = insert(ContactBudget).values(borrower_id=borrower_id, asked=1)
    await session.execute(
        row.on_conflict_do_update(
            index_elements=[col(ContactBudget.borrower_id)], set_={"asked": col(ContactBudget.asked) + 1}
        )
    )


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
    session: AsyncSession, tables: RuntimeTables, topic: str, case_id: UUID, borrower_id: UUID
) -> tuple[int, datetime | None, bool]:
    """How far the copy of a topic can be trusted for a borrower.

    On how many partitions a beat was heard, the oldest of the beats, and whether an event of one of the borrower's
    open cases (or of `case_id`) is set aside, so that a hold among them may not be known here.
    """
    position, held = tables.consumer_position, tables.held_message
    beats = select(func.count(position.c.beat_at), func.min(position.c.beat_at)).where(position.c.topic == topic)
    cases = select(cast(col(ContactCase.case_id), Text)).where(
        col(ContactCase.borrower_id) == borrower_id, col(ContactCase.closed_at).is_(None)
    )
    keys = cases.union(select(literal(str(case_id)))).scalar_subquery()
    aside = select(
        exists()
        .where(held.c.topic == topic, held.c.status.in_(("dead", "waiting")))
        .where(or_(held.c.key.in_(keys), held.c.subject.in_(keys)))
    )
    counted = beats.subquery()
    row = (await session.execute(select(*counted.c, aside.scalar_subquery()))).one()
    return int(row[0]), row[1], bool(row[2])


async def put_permit(session: AsyncSession, values: dict[str, Any]) -> None:
    await session.execute(insert(Permit).values(**values))


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
    await session.execute(insert(Attempt).values(**values))


async def attempts_of(session: AsyncSession, case_id: UUID, limit: int) -> Sequence[Attempt]:
    """Attempts of a case, the newest first."""
    found = select(Attempt).where(col(Attempt.case_id) == case_id)
    ordered = found.order_by(col(Attempt.at).desc(), col(Attempt.attempt_id)).limit(limit)
    return (await session.execute(ordered)).scalars().all()
