"""What a team does to serve borrowers better, and what a change of policy did, as the API takes and shows it."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.followup.vocabulary import ImprovementState

Area = Literal["conversations", "messages", "decisions", "evidence", "plans", "complaints", "training", "policy"]


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class NewImprovement(_Said):
    """What is to be done, by whom and by when, if so because of what a borrower said. No borrower is named."""

    area: Area
    what: str = Field(min_length=1, max_length=500)
    owner: str = Field(pattern=r"^[\x21-\x7e]{1,200}$", description="subject of the person who does it")
    due_on: date
    feedback_id: UUID | None = Field(default=None, description="the answer that it comes from")


class CloseImprovement(_Said):
    """Whether it was done, or is not to be done any more."""

    outcome: Literal["done", "dropped"]


class ImprovementView(BaseModel):
    """One action."""

    action_id: UUID
    feedback_id: UUID | None
    area: Area
    what: str
    owner: str
    due_on: date
    overdue: bool
    state: ImprovementState
    opened_by: str
    opened_at: datetime
    closed_by: str | None
    closed_at: datetime | None
    version: int


class Improvements(BaseModel):
    """Actions of a state, the earliest date first, at most two hundred."""

    items: list[ImprovementView]


class NewPolicyChange(_Said):
    """Which policy is another from which day on, and why."""

    policy: str = Field(pattern=r"^[a-z]+/[a-z_]{1,60}$", examples=["contact/cadence"])
    policy_version: str = Field(pattern=r"^[a-z0-9_.-]{1,60}$", examples=["cadence-2"])
    changed_on: date
    why: str = Field(min_length=1, max_length=500)
    action_id: UUID | None = Field(default=None, description="the action that it comes from")


class PolicyChangeView(BaseModel):
    """One entry of the log of changes."""

    change_id: UUID
    policy: str
    policy_version: str
    changed_on: date
    why: str
    action_id: UUID | None
    recorded_by: str
    recorded_at: datetime


class PolicyChanges(BaseModel):
    """Changes in the order of their days, at most two hundred."""

    items: list[PolicyChangeView]


class Measured(BaseModel):
    """What borrowers thought of us, and how often they complained, over some days; "n/a" of nothing."""

    first_day: date
    end_day: date = Field(description="the first day that is not counted")
    satisfaction: str
    answers: str | None
    complaint_rate: str = Field(description="conversations with a complaint in a thousand")
    conversations: str | None


class Effect(BaseModel):
    """The same measures over as many days before a change as after it."""

    change: PolicyChangeView
    before: Measured
    after: Measured
