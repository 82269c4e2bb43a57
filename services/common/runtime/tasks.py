"""Work for people, kept by the service that owns the decision and told to the desk by event."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson

from services.common.contracts.events.tasks import TaskClosed, TaskOpened, TaskReminded
from services.common.kernel.ids import business_uuid
from services.common.runtime.obligations import OR_MOVE
from services.common.runtime.sql import Sql

if TYPE_CHECKING:
    from services.common.runtime.unit_of_work import UnitOfWork

CASE_CLOSED = "case_closed"
"""The outcome of whatever is still waited for when its case is closed: tasks, and steps that are parked."""


@dataclass(frozen=True, slots=True)
class NewTask:
    """A request for a person. `kind` and `ref` name it; `reason` is a code, never free text about the borrower.

    `excluded` are the subjects who may not take it, `offered_to` those who may besides the people of the role, as the
    deputies of some of them; `workflow_id` is nudged when it is closed.
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
    offered_to: tuple[str, ...] = ()


# A task and the obligation of the person who is asked are opened, and closed, together.
OPEN = Sql(
    f"""
    WITH opened AS (
        INSERT INTO task (task_id, case_id, kind, ref, workflow_id, needs_role, needs_level, excluded, reason,
            decide_path, opened_at, deadline)
        VALUES (:task_id, :case_id, :kind, :ref, :workflow_id, :needs_role, :needs_level, :excluded, :reason,
            :decide_path, :now, :deadline)
        ON CONFLICT DO NOTHING RETURNING *
    )
    INSERT INTO obligation (case_id, kind, ref, owner, workflow_id, due_at, opened_at)
    SELECT case_id, 'task:' || kind, ref, 'person', workflow_id, deadline, opened_at FROM opened
    {OR_MOVE} RETURNING ref
    """  # noqa: S608 - our own text
)
CLOSE = """
    WITH closed AS (
        UPDATE task SET outcome = :outcome, closed_by = :person, closed_at = :now
        WHERE {which} AND closed_at IS NULL RETURNING task_id, case_id, kind, ref, workflow_id
    ), met AS (
        UPDATE obligation SET state = 'met', closed_at = :now FROM closed
        WHERE obligation.kind = 'task:' || closed.kind AND obligation.ref = closed.ref AND obligation.state = 'open'
    )
    SELECT task_id, case_id, workflow_id FROM closed
"""
CLOSE_ONE = Sql(CLOSE.format(which="kind = :kind AND ref = :ref"))
CLOSE_ANY = Sql(CLOSE.format(which="kind = ANY(CAST(:kinds AS text[])) AND ref = :ref"))
CLOSE_OF_CASE = Sql(CLOSE.format(which="case_id = :case_id"))


async def open_task(uow: UnitOfWork, task: NewTask) -> UUID:
    """Open the task with its event and the person's obligation, or return the id of the one there is."""
    task_id = business_uuid("task", uow.service, task.kind, task.ref)
    now = uow.now()
    decide_path = task.decide_path.replace("{task_id}", str(task_id))
    values = {**asdict(task), "excluded": orjson.dumps(task.excluded).decode(), "decide_path": decide_path}
    opened = await OPEN.run(uow.session, {**values, "task_id": task_id, "now": now})
    if opened.first() is None:
        return task_id
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
            offered_to=task.offered_to,
            reason=task.reason,
            opened_at=now,
            deadline=task.deadline,
        )
    )
    return task_id


async def close_task(uow: UnitOfWork, kind: str, ref: str, outcome: str) -> bool:
    """Close one open task; False when there was none."""
    return bool(await _close(uow, outcome, CLOSE_ONE, {"kind": kind, "ref": ref}))


async def close_any(uow: UnitOfWork, kinds: Collection[str], ref: str, outcome: str) -> None:
    """Close the open tasks of these kinds about one thing."""
    await _close(uow, outcome, CLOSE_ANY, {"kinds": list(kinds), "ref": ref})


async def close_tasks(uow: UnitOfWork, case_id: UUID, outcome: str) -> None:
    """Close all open tasks of a case."""
    await _close(uow, outcome, CLOSE_OF_CASE, {"case_id": case_id})


async def _close(uow: UnitOfWork, outcome: str, statement: Sql, which: dict[str, Any]) -> int:
    now, person = uow.now(), uow.caller.person
    closed = (await statement.run(uow.session, {**which, "outcome": outcome, "person": person, "now": now})).all()
    for row in closed:
        await uow.emit(
            TaskClosed(case_id=row.case_id, task_id=row.task_id, outcome=outcome, closed_by=person, closed_at=now)
        )
        if row.workflow_id is not None:
            await uow.nudge(row.workflow_id, row.case_id)
    return len(closed)


async def remind(uow: UnitOfWork, kind: str, ref: str, case_id: UUID, offered_to: tuple[str, ...]) -> None:
    """Have the desk remind of one open task, also the deputies that there are by now; it stays as it is."""
    task_id = business_uuid("task", uow.service, kind, ref)
    await uow.emit(TaskReminded(case_id=case_id, task_id=task_id, offered_to=offered_to, reminded_at=uow.now()))
