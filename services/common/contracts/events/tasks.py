"""Topic forbear.tasks: what waits for a person, said by the service that owns the decision."""

from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from services.common.contracts.events.base import CaseEvent

TOPIC = "forbear.tasks"


class TaskOpened(CaseEvent):
    """A person is needed; the decision is taken at `decide_path` of `service`."""

    type: ClassVar[str] = "forbear.task.opened.v1"
    topic: ClassVar[str] = TOPIC
    task_id: UUID
    kind: str
    service: str
    decide_path: str
    needs_role: str
    needs_level: str | None
    excluded: tuple[str, ...]
    offered_to: tuple[str, ...] = ()
    reason: str
    opened_at: AwareDatetime
    deadline: AwareDatetime


class TaskClosed(CaseEvent):
    """The task is done or no longer needed."""

    type: ClassVar[str] = "forbear.task.closed.v1"
    topic: ClassVar[str] = TOPIC
    task_id: UUID
    outcome: str
    closed_by: str
    closed_at: AwareDatetime


class TaskReminded(CaseEvent):
    """Nobody has done the task, and its deadline is near; `offered_to` may take it now, as deputies."""

    type: ClassVar[str] = "forbear.task.reminded.v1"
    topic: ClassVar[str] = TOPIC
    task_id: UUID
    offered_to: tuple[str, ...]
    reminded_at: AwareDatetime
