"""All SQL of desk. What a person may not take is left out by the queries themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, all_, and_, func, literal, or_, select, text, true, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.desk.domain.authority import Reach
from services.desk.models import ClosedCase, WorkItem
from services.desk.schemas import TaskFilter

_ITEM = WorkItem.__table__  # type: ignore[attr-defined]
_CLOSED = ClosedCase.__table__  # type: ignore[attr-defined]


def visible(reach: Reach | None, person: str) -> ColumnElement[bool]:
    """Condition: somebody of this reach may take the task. None is a service, which sees all."""
    if reach is None:
        return true()
    return and_(
        col(WorkItem.needs_role).in_(reach.roles),
        or_(col(WorkItem.needs_level).is_(None), col(WorkItem.needs_level).in_(reach.levels)),
        literal(person) != all_(_ITEM.c.excluded),
    )


async def list_open(
    session: AsyncSession,
    reach: Reach | None,
    person: str,
    asked: TaskFilter,
    now: datetime,
    after: tuple[Any, ...] | None,
    limit: int,
) -> Sequence[WorkItem]:
    """Open tasks in the order of their deadlines, one more than `limit`; one statement."""
    query = select(WorkItem).where(col(WorkItem.closed_at).is_(None), visible(reach, person))
    for column, value in (
        (col(WorkItem.kind), asked.kind),
        (col(WorkItem.service), asked.service),
        (col(WorkItem.case_id), asked.case_id),
    ):
        if value is not None:
            query = query.where(column == value)
    if asked.mine:
        query = query.where(col(WorkItem.claimed_by) == person)
    if asked.overdue:
        query = query.where(col(WorkItem.deadline) < now)
    if after is not None:
        query = query.where(tuple_(col(WorkItem.deadline), col(WorkItem.task_id)) > tuple_(*after))
    query = query.order_by(col(WorkItem.deadline), col(WorkItem.task_id)).limit(limit + 1)
    return (await session.execute(query)).scalars().all()


async def find(
    session: AsyncSession, reach: Reach | None, person: str, task_id: UUID, *, lock: bool = False
) -> WorkItem | None:
    """One task that the person may take; None when there is none, or not for this person."""
    query = select(WorkItem).where(col(WorkItem.task_id) == task_id, visible(reach, person))
    return (await session.execute(query.with_for_update() if lock else query)).scalar_one_or_none()


async def lock_case(session: AsyncSession, case_id: UUID) -> None:
    """Let tasks of a case and its end come one after the other, whichever topics they are heard on."""
    await session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:ref, 0))"), {"ref": str(case_id)})


async def add(session: AsyncSession, values: Mapping[str, Any]) -> None:
    """Write a task; one that is known stays as it is. A task of a case that has ended is written as closed."""
    await lock_case(session, values["case_id"])
    ended = select(_CLOSED.c.closed_at).where(_CLOSED.c.case_id == values["case_id"])
    closed_at = (await session.execute(ended)).scalar_one_or_none()
    closing = {} if closed_at is None else {"closed_at": closed_at, "outcome": "case_closed"}
    await session.execute(insert(_ITEM).values(**values, **closing, version=1).on_conflict_do_nothing())


async def close(session: AsyncSession, task_id: UUID, closing: Mapping[str, Any]) -> bool:
    """Close a task; False when it is not known or was closed before."""
    closed = await session.execute(
        update(_ITEM)
        .where(_ITEM.c.task_id == task_id, _ITEM.c.closed_at.is_(None))
        .values(**closing, version=_ITEM.c.version + 1)
        .returning(_ITEM.c.task_id)
    )
    return closed.first() is not None


async def close_case(session: AsyncSession, case_id: UUID, closing: Mapping[str, Any]) -> int:
    """Remember that a case has ended and close what is left of it; returns how many tasks that were."""
    await lock_case(session, case_id)
    await session.execute(
        insert(_CLOSED).values(case_id=case_id, closed_at=closing["closed_at"]).on_conflict_do_nothing()
    )
    closed = await session.execute(
        update(_ITEM)
        .where(_ITEM.c.case_id == case_id, _ITEM.c.closed_at.is_(None))
        .values(**closing, version=_ITEM.c.version + 1)
        .returning(_ITEM.c.task_id)
    )
    return len(closed.all())


async def count_open(session: AsyncSession, now: datetime) -> Sequence[tuple[str, int, int, int]]:
    """By kind: open tasks, those nobody has taken, those past their deadline."""
    query = (
        select(
            _ITEM.c.kind,
            func.count(),
            func.count().filter(_ITEM.c.claimed_by.is_(None)),
            func.count().filter(_ITEM.c.deadline < now),
        )
        .where(_ITEM.c.closed_at.is_(None))
        .group_by(_ITEM.c.kind)
    )
    return [(row[0], row[1], row[2], row[3]) for row in await session.execute(query)]
