"""All SQL of desk. What a person may not take is left out by the queries themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    all_,
    and_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    text,
    true,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.desk.domain.authority import Reach
from services.desk.models import ClosedCase, WorkItem
from services.desk.schemas import TaskFilter

_ITEM = WorkItem.__table__  # type: ignore[attr-defined]
_CLOSED = ClosedCase.__table__  # type: ignore[attr-defined]

# What runs for every event is made once, with its values as parameters: making a statement costs as much as running it.
_SHOWN = tuple(column for column in _ITEM.c if column is not _ITEM.c.closed_by)
_SHOW = select(*_SHOWN)
_OPEN = _SHOW.where(_ITEM.c.closed_at.is_(None)).order_by(_ITEM.c.deadline, _ITEM.c.task_id)
_LOCK_CASE = text("SELECT pg_advisory_xact_lock(hashtextextended(:ref, 0))")
_SAID = (
    "task_id", "case_id", "kind", "service", "decide_path", "needs_role", "needs_level", "excluded", "reason",
    "opened_at", "deadline",
)  # fmt: skip
_ENDED = select(_CLOSED.c.closed_at).where(_CLOSED.c.case_id == bindparam("case_id")).scalar_subquery()
_ADD = (
    insert(_ITEM)
    .values(
        {name: bindparam(name, type_=_ITEM.c[name].type) for name in _SAID}
        | {"closed_at": _ENDED, "outcome": case((_ENDED.is_not(None), "case_closed")), "version": 1}
    )
    .on_conflict_do_nothing()
)
_CLOSE = (
    update(_ITEM)
    .where(_ITEM.c.closed_at.is_(None))
    .values(closed_at=bindparam("at"), closed_by=bindparam("by"), outcome=bindparam("how"), version=_ITEM.c.version + 1)
    .returning(_ITEM.c.task_id)
)
_CLOSE_ONE = _CLOSE.where(_ITEM.c.task_id == bindparam("of_task"))
_CASE_ENDED = insert(_CLOSED).values(case_id=bindparam("of_case"), closed_at=bindparam("at")).on_conflict_do_nothing()
_CLOSE_CASE = _CLOSE.where(_ITEM.c.case_id == bindparam("of_case")).add_cte(_CASE_ENDED.cte("ended"))


def visible(reach: Reach | None, person: str) -> ColumnElement[bool]:
    """Condition: somebody of this reach may take the task. None is a service, which sees all."""
    if reach is None:
        return true()
    return and_(
        _ITEM.c.needs_role.in_(reach.roles),
        or_(_ITEM.c.needs_level.is_(None), _ITEM.c.needs_level.in_(reach.levels)),
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
) -> Sequence[Row[Any]]:
    """Open tasks in the order of their deadlines, one more than `limit`; one statement."""
    query = _OPEN.where(visible(reach, person))
    for column, value in (
        (_ITEM.c.kind, asked.kind),
        (_ITEM.c.service, asked.service),
        (_ITEM.c.case_id, asked.case_id),
    ):
        if value is not None:
            query = query.where(column == value)
    if asked.mine:
        query = query.where(_ITEM.c.claimed_by == person)
    if asked.overdue:
        query = query.where(_ITEM.c.deadline < now)
    if after is not None:
        query = query.where(tuple_(_ITEM.c.deadline, _ITEM.c.task_id) > tuple_(*after))
    return (await session.execute(query.limit(limit + 1))).all()


async def find(
    session: AsyncSession, reach: Reach | None, person: str, task_id: UUID, *, lock: bool = False
) -> Row[Any] | None:
    """One task that the person may take; None when there is none, or not for this person."""
    query = _SHOW.where(_ITEM.c.task_id == task_id, visible(reach, person))
    return (await session.execute(query.with_for_update() if lock else query)).one_or_none()


async def give(session: AsyncSession, task_id: UUID, to: str | None, at: datetime | None) -> Row[Any]:
    """Say who has a locked task from `at` on, or that nobody has; the task as it is then."""
    given = (
        update(_ITEM)
        .where(_ITEM.c.task_id == task_id)
        .values(claimed_by=to, claimed_at=at, version=_ITEM.c.version + 1)
        .returning(*_SHOWN)
    )
    return (await session.execute(given)).one()


async def lock_case(session: AsyncSession, case_id: UUID) -> None:
    """Let tasks of a case and its end come one after the other, whichever topics they are heard on."""
    await session.execute(_LOCK_CASE, {"ref": str(case_id)})


async def add(session: AsyncSession, values: Mapping[str, Any]) -> None:
    """Write a task; one that is known stays as it is. A task of a case that has ended is written as closed."""
    await lock_case(session, values["case_id"])
    await session.execute(_ADD, values)


async def close(session: AsyncSession, task_id: UUID, at: datetime, by: str, how: str) -> bool:
    """Close a task; False when it is not known or was closed before."""
    closed = await session.execute(_CLOSE_ONE, {"of_task": task_id, "at": at, "by": by, "how": how})
    return closed.first() is not None


async def close_case(session: AsyncSession, case_id: UUID, at: datetime, by: str, how: str) -> int:
    """Remember that a case has ended and close what is left of it; returns how many tasks that were."""
    await lock_case(session, case_id)
    closed = await session.execute(_CLOSE_CASE, {"of_case": case_id, "at": at, "by": by, "how": how})
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
