"""All SQL of desk. What a person may not take is left out by the queries themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, all_, and_, any_, func, literal, or_, select, true, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.common.runtime.sql import Sql
from services.common.runtime.tasks import CASE_CLOSED
from services.desk.domain.authority import Reach
from services.desk.models import WorkItem
from services.desk.schemas import TaskFilter

_ITEM = WorkItem.__table__  # type: ignore[attr-defined]

_SHOWN = tuple(column for column in _ITEM.c if column is not _ITEM.c.closed_by)
_SHOW = select(*_SHOWN)
_OPEN = _SHOW.where(_ITEM.c.closed_at.is_(None)).order_by(_ITEM.c.deadline, _ITEM.c.task_id)
# What runs for every event. The lock of a case is a statement by itself: the next one is to see what was committed
# while the lock was waited for.
LOCK_CASE = Sql("SELECT pg_advisory_xact_lock(hashtextextended(:ref, 0))")
ADD = Sql(
    f"""
    INSERT INTO work_item (task_id, case_id, kind, service, decide_path, needs_role, needs_level, excluded, offered_to,
        reason, opened_at, deadline, closed_at, outcome, version)
    SELECT :task_id, said.case_id, :kind, :service, :decide_path, :needs_role, :needs_level, :excluded, :offered_to,
        :reason, :opened_at, :deadline, ended.closed_at,
        CASE WHEN ended.closed_at IS NOT NULL THEN '{CASE_CLOSED}' END, 1
    FROM (VALUES (CAST(:case_id AS uuid))) AS said (case_id) LEFT JOIN closed_case ended
        ON ended.case_id = said.case_id AND :opened_at <= ended.closed_at
    ON CONFLICT DO NOTHING
    """  # noqa: S608 - our own text
)
CLOSE = Sql(
    """
    UPDATE work_item SET closed_at = :at, closed_by = :by, outcome = :how, version = version + 1
    WHERE task_id = :task_id AND closed_at IS NULL
    RETURNING task_id
    """
)
REMIND = Sql(
    """
    UPDATE work_item SET reminded_at = :at, offered_to = :offered_to, version = version + 1
    WHERE task_id = :task_id AND closed_at IS NULL
    """
)
CLOSE_CASE = Sql(
    """
    WITH ended AS (INSERT INTO closed_case (case_id, closed_at) VALUES (:case_id, :at) ON CONFLICT DO NOTHING)
    UPDATE work_item SET closed_at = :at, closed_by = :by, outcome = :how, version = version + 1
    WHERE case_id = :case_id AND closed_at IS NULL AND opened_at <= :at
    RETURNING task_id
    """
)


def visible(reach: Reach | None, person: str) -> ColumnElement[bool]:
    """Condition: somebody of this reach, or a deputy of such a person, may take the task. None is a service: all."""
    if reach is None:
        return true()
    of_the_role = and_(
        _ITEM.c.needs_role.in_(reach.roles),
        or_(_ITEM.c.needs_level.is_(None), _ITEM.c.needs_level.in_(reach.levels)),
    )
    return and_(
        or_(of_the_role, literal(person) == any_(_ITEM.c.offered_to)), literal(person) != all_(_ITEM.c.excluded)
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
    await LOCK_CASE.run(session, {"ref": str(case_id)})


async def add(session: AsyncSession, values: Mapping[str, Any]) -> None:
    """Write a task; one that is known stays as it is. A task of a case that has ended is written as closed."""
    await lock_case(session, values["case_id"])
    await ADD.run(session, values)


async def close(session: AsyncSession, task_id: UUID, at: datetime, by: str, how: str) -> bool:
    """Close a task; False when it is not known or was closed before."""
    closed = await CLOSE.run(session, {"task_id": task_id, "at": at, "by": by, "how": how})
    return closed.first() is not None


async def remind(session: AsyncSession, task_id: UUID, at: datetime, offered_to: Sequence[str]) -> None:
    """Mark an open task as one to be reminded of, and offer it to those deputies; one that is closed stays as it is."""
    await REMIND.run(session, {"task_id": task_id, "at": at, "offered_to": list(offered_to)})


async def close_case(session: AsyncSession, case_id: UUID, at: datetime, by: str, how: str) -> int:
    """Remember that a case has ended and close what is left of it; returns how many tasks that were."""
    await lock_case(session, case_id)
    closed = await CLOSE_CASE.run(session, {"case_id": case_id, "at": at, "by": by, "how": how})
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
