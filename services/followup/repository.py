"""All SQL of followup."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, exists, func, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.common.runtime.consumer.held import OPEN
from services.followup.models import (
    TABLES,
    Agreement,
    ClosedDay,
    Instalment,
    PostingRow,
    UnmatchedPosting,
)
from services.followup.vocabulary import ACTIVE_STATES, UnmatchedReason

_POSTING = PostingRow.__table__  # type: ignore[attr-defined]
_UNMATCHED = UnmatchedPosting.__table__  # type: ignore[attr-defined]
_CLOSED = ClosedDay.__table__  # type: ignore[attr-defined]


async def lock_account(session: AsyncSession, account_ref: str) -> None:
    """Let nobody else record a posting or an agreement of the account until the transaction ends."""
    await session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:ref, 0))"), {"ref": account_ref})


async def lock_agreement(session: AsyncSession, agreement_id: UUID) -> Agreement | None:
    """One agreement, locked."""
    query = select(Agreement).where(col(Agreement.agreement_id) == agreement_id).with_for_update()
    return (await session.execute(query)).scalar_one_or_none()


async def lock_agreements_of_account(session: AsyncSession, account_ref: str) -> Sequence[Agreement]:
    """Every agreement there ever was on an account, oldest first, locked."""
    query = (
        select(Agreement)
        .where(col(Agreement.account_ref) == account_ref)
        .order_by(col(Agreement.activated_on), col(Agreement.round))
        .with_for_update()
    )
    return (await session.execute(query)).scalars().all()


async def lock_active_of_case(session: AsyncSession, case_id: UUID) -> Sequence[Agreement]:
    """The active agreements of a case, locked."""
    query = (
        select(Agreement)
        .where(col(Agreement.case_id) == case_id, col(Agreement.state).in_(ACTIVE_STATES))
        .with_for_update()
    )
    return (await session.execute(query)).scalars().all()


async def lock_due(session: AsyncSession, closed_through: date, topic: str) -> Sequence[Agreement]:
    """The active agreements that the closing of this day can change, locked, in one order.

    One whose account has a held message on `topic` is left out: money may be in it that was not counted yet.
    """
    held = TABLES.held_message
    query = (
        select(Agreement)
        .where(
            col(Agreement.state).in_(ACTIVE_STATES),
            col(Agreement.judge_on) <= closed_through,
            ~exists().where(held.c.topic == topic, held.c.key == col(Agreement.account_ref), held.c.status.in_(OPEN)),
        )
        .order_by(col(Agreement.agreement_id))
        .with_for_update()
    )
    return (await session.execute(query)).scalars().all()


async def account_is_held(session: AsyncSession, topic: str, account_ref: str) -> bool:
    """Whether a message of the account is held on `topic`."""
    held = TABLES.held_message
    query = select(exists().where(held.c.topic == topic, held.c.key == account_ref, held.c.status.in_(OPEN)))
    return bool((await session.execute(query)).scalar_one())


async def instalments_of(session: AsyncSession, agreements: Iterable[UUID]) -> Mapping[UUID, list[Instalment]]:
    """The instalments of agreements, each in the order of their numbers."""
    query = (
        select(Instalment)
        .where(col(Instalment.agreement_id).in_(list(agreements)))
        .order_by(col(Instalment.agreement_id), col(Instalment.number))
    )
    found: dict[UUID, list[Instalment]] = defaultdict(list)
    for line in (await session.execute(query)).scalars():
        found[line.agreement_id].append(line)
    return found


async def postings_of(session: AsyncSession, accounts: Iterable[str]) -> Mapping[str, list[PostingRow]]:
    """Every posting of accounts."""
    found: dict[str, list[PostingRow]] = defaultdict(list)
    query = select(PostingRow).where(col(PostingRow.account_ref).in_(list(accounts)))
    for row in (await session.execute(query)).scalars():
        found[row.account_ref].append(row)
    return found


async def insert_posting(session: AsyncSession, values: Mapping[str, Any]) -> Row[Any]:
    """Write a posting, or count one more sighting of it. The row as it is stored, with `is_new`."""
    wanted = insert(_POSTING).values(**values, sightings=1)
    query = wanted.on_conflict_do_update(
        index_elements=[_POSTING.c.posting_ref], set_={"sightings": _POSTING.c.sightings + 1}
    ).returning(*_POSTING.c, (_POSTING.c.sightings == 1).label("is_new"))
    return (await session.execute(query)).one()


async def find_posting(session: AsyncSession, posting_ref: str) -> PostingRow | None:
    query = select(PostingRow).where(col(PostingRow.posting_ref) == posting_ref)
    return (await session.execute(query)).scalar_one_or_none()


async def add_unmatched(
    session: AsyncSession, row: Row[Any], reason: UnmatchedReason, now: datetime, agreement_id: UUID | None = None
) -> None:
    """Put a posting on the work list."""
    await session.execute(
        insert(_UNMATCHED)
        .values(
            posting_ref=row.posting_ref,
            reason=reason,
            account_ref=row.account_ref,
            agreement_id=agreement_id,
            opened_at=now,
        )
        .on_conflict_do_nothing()
    )


async def resolve_reversals_of(session: AsyncSession, posting_ref: str, account_ref: str, now: datetime) -> bool:
    """Take reversals that waited for this payment off the work list; False when there were none."""
    waiting = select(_POSTING.c.posting_ref).where(
        _POSTING.c.reverses == posting_ref, _POSTING.c.account_ref == account_ref
    )
    resolved = await session.execute(
        update(_UNMATCHED)
        .where(
            _UNMATCHED.c.posting_ref.in_(waiting),
            _UNMATCHED.c.reason == UnmatchedReason.UNKNOWN_ORIGINAL,
            _UNMATCHED.c.resolved_at.is_(None),
        )
        .values(resolved_at=now)
        .returning(_UNMATCHED.c.posting_ref)
    )
    return resolved.first() is not None


async def list_unmatched(
    session: AsyncSession, after: tuple[Any, ...] | None, limit: int
) -> Sequence[tuple[UnmatchedPosting, PostingRow]]:
    """Open entries of the work list with their postings, oldest first, one more than `limit`."""
    position = tuple_(col(UnmatchedPosting.opened_at), col(UnmatchedPosting.posting_ref))
    query = (
        select(UnmatchedPosting, PostingRow)
        .join(PostingRow, col(PostingRow.posting_ref) == col(UnmatchedPosting.posting_ref))
        .where(col(UnmatchedPosting.resolved_at).is_(None))
        .order_by(col(UnmatchedPosting.opened_at), col(UnmatchedPosting.posting_ref))
        .limit(limit + 1)
    )
    if after is not None:
        query = query.where(position > tuple_(*after))
    return [(row[0], row[1]) for row in await session.execute(query)]


async def count_unmatched(session: AsyncSession) -> Mapping[str, int]:
    """Open entries of the work list by reason."""
    query = (
        select(_UNMATCHED.c.reason, func.count())
        .where(_UNMATCHED.c.resolved_at.is_(None))
        .group_by(_UNMATCHED.c.reason)
    )
    return {reason: count for reason, count in await session.execute(query)}


async def close_day(session: AsyncSession, partition: int, day: date) -> None:
    """Move the closed day of a partition forward, never back. Closings come one after another, so that of several
    partitions closing at once the last one sees all of them."""
    await session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('closed_day', 1))"))
    wanted = insert(_CLOSED).values(partition=partition, closed_through=day)
    await session.execute(
        wanted.on_conflict_do_update(
            index_elements=[_CLOSED.c.partition],
            set_={"closed_through": func.greatest(_CLOSED.c.closed_through, wanted.excluded.closed_through)},
        )
    )


async def closed_through(session: AsyncSession, partitions: int) -> date | None:
    """The last day that is closed on all of the feed's partitions, None while one of them has not said any."""
    row = (await session.execute(select(func.count(), func.min(_CLOSED.c.closed_through)))).one()
    return row[1] if row[0] >= partitions else None


async def get_agreement(session: AsyncSession, agreement_id: UUID) -> Agreement | None:
    query = select(Agreement).where(col(Agreement.agreement_id) == agreement_id)
    return (await session.execute(query)).scalar_one_or_none()


async def agreements_of_case(session: AsyncSession, case_id: UUID) -> Sequence[Agreement]:
    """All agreements of a case, oldest first."""
    query = (
        select(Agreement)
        .where(col(Agreement.case_id) == case_id)
        .order_by(col(Agreement.activated_on), col(Agreement.round))
    )
    return (await session.execute(query)).scalars().all()
