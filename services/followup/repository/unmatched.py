"""The work list of postings that fit nowhere."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.common.runtime.assignees import seen_by, visible
from services.common.runtime.caller import Caller
from services.followup.models import Agreement, UnmatchedPosting
from services.followup.vocabulary import Resolution

_VISIBLE = text(visible("agreement.case_id"))
_UNMATCHED = UnmatchedPosting.__table__  # type: ignore[attr-defined]


async def add(session: AsyncSession, values: Mapping[str, Any]) -> None:
    """Put a posting on the work list; one that is or was there already stays as it is."""
    await session.execute(insert(_UNMATCHED).values(**values).on_conflict_do_nothing())


async def find(session: AsyncSession, posting_ref: str) -> UnmatchedPosting | None:
    """The open entry for a posting."""
    query = select(UnmatchedPosting).where(
        col(UnmatchedPosting.posting_ref) == posting_ref, col(UnmatchedPosting.resolved_at).is_(None)
    )
    return (await session.execute(query.limit(1))).scalar_one_or_none()


async def lock(session: AsyncSession, entry_id: UUID, caller: Caller) -> UnmatchedPosting | None:
    """One entry, locked, if the caller may see it."""
    query = (
        select(UnmatchedPosting)
        .outerjoin(Agreement, col(Agreement.agreement_id) == col(UnmatchedPosting.agreement_id))
        .where(col(UnmatchedPosting.entry_id) == entry_id, _VISIBLE.bindparams(**seen_by(caller)))
        .with_for_update(of=UnmatchedPosting)
    )
    return (await session.execute(query)).scalar_one_or_none()


async def resolve(session: AsyncSession, entry_id: UUID, how: Resolution, at: datetime, by: str) -> None:
    """Take an entry off the work list."""
    query = _UNMATCHED.update().where(_UNMATCHED.c.entry_id == entry_id)
    await session.execute(query.values(resolved_at=at, resolution=how.value, resolved_by=by))


async def page(
    session: AsyncSession, caller: Caller, after: tuple[Any, ...] | None, limit: int
) -> Sequence[UnmatchedPosting]:
    """Open entries, oldest first, one more than `limit`; those of agreements that the caller may not see are left
    out."""
    place = (col(UnmatchedPosting.opened_at), col(UnmatchedPosting.entry_id))
    query = (
        select(UnmatchedPosting)
        .outerjoin(Agreement, col(Agreement.agreement_id) == col(UnmatchedPosting.agreement_id))
        .where(col(UnmatchedPosting.resolved_at).is_(None), _VISIBLE.bindparams(**seen_by(caller)))
        .order_by(*place)
        .limit(limit + 1)
    )
    if after is not None:
        query = query.where(tuple_(*place) > tuple_(*after))
    return (await session.execute(query)).scalars().all()


async def count(session: AsyncSession) -> Mapping[str, int]:
    """Open entries by reason."""
    query = (
        select(_UNMATCHED.c.reason, func.count())
        .where(_UNMATCHED.c.resolved_at.is_(None))
        .group_by(_UNMATCHED.c.reason)
    )
    return {reason: number for reason, number in await session.execute(query)}
