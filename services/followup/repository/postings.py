"""Postings of the bank, and the work list of those that fit nowhere."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select, text, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.common.runtime.assignees import seen_by, visible
from services.common.runtime.caller import Caller
from services.common.runtime.sql import Sql
from services.followup.models import Agreement, PostingRow, UnmatchedPosting
from services.followup.vocabulary import UnmatchedReason

_VISIBLE = text(visible("agreement.case_id"))
_UNMATCHED = UnmatchedPosting.__table__  # type: ignore[attr-defined]
# A row with nulls for an account without postings, so that the closed day is told in any case.
_FACTS = Sql(
    """
    SELECT days.closed_through, p.account_ref, p.posting_ref, p.kind, p.currency, p.amount, p.value_date, p.reverses
    FROM (
        SELECT CASE WHEN count(*) >= :partitions THEN min(closed_through) END AS closed_through FROM closed_day
    ) days
    LEFT JOIN posting p ON p.account_ref = ANY(:accounts)
    """
)
_KEEP = Sql(
    """
    WITH kept AS (
        INSERT INTO posting (posting_ref, source, account_ref, currency, amount, value_date, booking_date, kind,
            reverses, sightings, first_seen_at)
        VALUES (:posting_ref, :source, :account_ref, :currency, :amount, :value_date, :booking_date, :kind,
            :reverses, 1, :at)
        ON CONFLICT (posting_ref) DO UPDATE SET sightings = posting.sightings + 1
        RETURNING *, sightings = 1 AS is_new
    ), resolved AS (
        UPDATE unmatched_posting u SET resolved_at = :at
        FROM kept JOIN posting reversal ON reversal.reverses = kept.posting_ref
        WHERE :counts AND kept.is_new AND kept.kind = 'payment' AND reversal.account_ref = kept.account_ref
            AND u.posting_ref = reversal.posting_ref AND u.reason = 'unknown_original' AND u.resolved_at IS NULL
    )
    SELECT * FROM kept
    """
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What agreements are judged by: the last day the bank has closed on every partition of its feed (None while one
    has not said any), and by account every posting as far as it is counted: reference, kind, currency, amount, value
    date, reverses."""

    closed_through: date | None
    postings: Mapping[str, Sequence[Row[Any]]]


async def facts_of(session: AsyncSession, accounts: Iterable[str], partitions: int) -> Facts:
    """The facts about accounts; whoever writes a judgement reads them after it has locked what is judged."""
    rows = (await _FACTS.run(session, {"accounts": list(accounts), "partitions": partitions})).all()
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        if row.posting_ref is not None:
            found[row.account_ref].append(row)
    return Facts(rows[0].closed_through, found)


async def keep_posting(session: AsyncSession, values: Mapping[str, Any], *, counts: bool) -> Row[Any]:
    """Write a posting, or count one more sighting of it. The row as it is stored, with `is_new`.

    A new payment that `counts` takes reversals that waited for it off the work list.
    """
    return (await _KEEP.run(session, {**values, "counts": counts})).one()


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


async def find_unmatched(session: AsyncSession, posting_ref: str) -> UnmatchedPosting | None:
    """The open entry of the work list for a posting."""
    query = select(UnmatchedPosting).where(
        col(UnmatchedPosting.posting_ref) == posting_ref, col(UnmatchedPosting.resolved_at).is_(None)
    )
    return (await session.execute(query)).scalar_one_or_none()


async def list_unmatched(
    session: AsyncSession, caller: Caller, after: tuple[Any, ...] | None, limit: int
) -> Sequence[tuple[UnmatchedPosting, PostingRow]]:
    """Open entries of the work list with their postings, oldest first, one more than `limit`; those of agreements that
    the caller may not see are left out."""
    position = tuple_(col(UnmatchedPosting.opened_at), col(UnmatchedPosting.posting_ref))
    query = (
        select(UnmatchedPosting, PostingRow)
        .join(PostingRow, col(PostingRow.posting_ref) == col(UnmatchedPosting.posting_ref))
        .outerjoin(Agreement, col(Agreement.agreement_id) == col(UnmatchedPosting.agreement_id))
        .where(col(UnmatchedPosting.resolved_at).is_(None), _VISIBLE.bindparams(**seen_by(caller)))
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
