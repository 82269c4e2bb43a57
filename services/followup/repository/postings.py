"""Postings of the bank, and the work list of those that fit nowhere."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Result, Row, bindparam, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.followup.models import PostingRow, UnmatchedPosting
from services.followup.vocabulary import UnmatchedReason

_POSTING = PostingRow.__table__  # type: ignore[attr-defined]
_UNMATCHED = UnmatchedPosting.__table__  # type: ignore[attr-defined]
_POSTINGS = select(
    _POSTING.c.account_ref,
    _POSTING.c.posting_ref,
    _POSTING.c.kind,
    _POSTING.c.currency,
    _POSTING.c.amount,
    _POSTING.c.value_date,
    _POSTING.c.reverses,
).where(_POSTING.c.account_ref.in_(bindparam("accounts", expanding=True)))


async def postings_of(session: AsyncSession, accounts: Iterable[str]) -> Mapping[str, list[Row[Any]]]:
    """Every posting of accounts, as far as it is counted: reference, kind, currency, amount, value date, reverses."""
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    rows: Result[Any] = await session.execute(_POSTINGS, {"accounts": list(accounts)})
    for row in rows:
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
