"""Work for people, kept by the service that owns the decision and told to the desk by event."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from services.common.contracts.events.tasks import TaskClosed, TaskOpened
from services.common.kernel.ids import business_uuid
from services.common.runtime import obligations
from services.common.runtime.obligations import Obligation

if TYPE_CHECKING:
    from services.common.runtime.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class NewTask:
    """A request for a person. `kind` and `ref` name it; `reason` is a code, never free text about the borrower.

    `excluded` are the subjects who may not take it; `workflow_id` is nudged when it is closed.
    """

    case_id: UUID
    kind: str
    ref: str
    needs_role: str
    decide_path: str
    reason: str
    deadline: datetime
    needs_level: str | None = None
    excluded: tuple[str, ...] = ()
    workflow_id: str | None = None


async def open_task(uow: UnitOfWork, task: NewTask) -> UUID:
    """Open the task with its event and the person's obligation, or return the id of the one there is."""
    task_id = business_uuid("task", uow.service, task.kind, task.ref)
    now = uow.now()
    table = uow.tables.task
    decide_path = task.decide_path.replace("{task_id}", str(task_id))
    opened = await uow.session.execute(
        insert(table)
        .values(
            task_id=task_id,
            case_id=task.case_id,
            kind=task.kind,
            ref=task.ref,
            workflow_id=task.workflow_id,
            needs_role=task.needs_role,
            needs_level=task.needs_level,
            excluded=list(task.excluded),
            reason=task.reason,
            decide_path=decide_path,
            opened_at=now,
            deadline=task.deadline,
        )
        .on_conflict_do_nothing()
        .returning(table.c.task_id)
    )
    if opened.first() is None:
        return task_id
    await obligations.oblige(
        uow, Obligation(task.case_id, f"task:{task.kind}", task.ref, "person", task.deadline, task.workflow_id)
    )
    await uow.emit(
        TaskOpened(
            case_id=task.case_id,
            task_id=task_id,
            kind=task.kind,
            service=uow.service,
            decide_path=decide_path,
            needs_role=task.needs_role,
            needs_level=task.needs_level,
            excluded=task.excluded,
            reason=task.reason,
            opened_at=now,
            deadline=task.deadline,
        )
    )
    return task_id


async def close_task(uow: UnitOfWork, kind: str, ref: str, outcome: str) -> bool:
    """Close one open task; False when there was none."""
    table = uow.tables.task
    return bool(await _close(uow, outcome, (table.c.kind == kind, table.c.ref == ref)))


async def close_tasks(uow: UnitOfWork, case_id: UUID, outcome: str) -> None:
    """Close all open tasks of a case."""
    await _close(uow, outcome, (uow.tables.task.c.case_id == case_id,))


async def _close(uow: UnitOfWork, outcome: str, which: Iterable[Any]) -> int:
    table = uow.tables.task
    now = uow.now()
    closed = (
        await uow.session.execute(
            update(table)
            .where(*which, table.c.closed_at.is_(None))
            .values(outcome=outcome, closed_by=uow.caller.person, closed_at=now)
            .returning(table.c.task_id, table.c.case_id, table.c.kind, table.c.ref, table.c.workflow_id)
        )
    ).all()
    for row in closed:
        await obligations.close(uow, f"task:{row.kind}", row.ref, "met")
        await uow.emit(
            TaskClosed(
                case_id=row.case_id, task_id=row.task_id, outcome=outcome, closed_by=uow.caller.person, closed_at=now
            )
        )
        if row.workflow_id is not None:
            await uow.nudge(row.workflow_id, row.case_id)
    return len(closed)
