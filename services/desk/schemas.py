"""Requests and answers of desk's API."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.common.runtime.http.tokens import SUBJECT


class TaskView(BaseModel):
    """A task that waits for a person. The decision is taken at `decide_path` of `service`, not here."""

    task_id: UUID
    case_id: UUID
    kind: str
    service: str
    decide_path: str
    needs_role: str
    needs_level: str | None
    excluded: list[str] = Field(description="who may not take it: proposers, reviewers, uploaders")
    offered_to: list[str] = Field(description="who may take it as the deputy of somebody")
    reason: str
    reminded_at: datetime | None
    opened_at: datetime
    deadline: datetime
    overdue: bool
    claimed_by: str | None
    claimed_at: datetime | None
    closed_at: datetime | None
    outcome: str | None
    version: int


class TaskFilter(BaseModel):
    """Which open tasks of those the caller may take."""

    model_config = ConfigDict(frozen=True)

    kind: str | None = None
    service: str | None = None
    case_id: UUID | None = None
    mine: bool = False
    overdue: bool = False


class Reassign(BaseModel):
    """Who shall have the task: the subject of that person's token."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    to: Annotated[str, Field(pattern=f"^{SUBJECT.pattern}$")]
