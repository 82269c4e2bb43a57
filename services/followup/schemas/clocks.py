"""What is said of the clocks of the law over the API."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.followup.domain.clocks import ClockKind, ClockState, Phase


class ClockView(BaseModel):
    """A clock of an agreement and where it stands."""

    agreement_id: UUID
    kind: ClockKind
    rules: list[str]
    state: ClockState
    phase: Phase
    begins_on: date = Field(description="from when it is counted")
    starts_on: date = Field(description="first day of the phase")
    ends_on: date = Field(description="the earliest day on which the phase may end")
    recounts: int = Field(description="how often it was counted anew because a payment was missed or late")
    was_late: bool = Field(description="always performing, and late in probation: risk assesses it")
    ended_on: date | None
    version: int


class ClocksView(BaseModel):
    """The clocks of a case."""

    items: list[ClockView]


class ClockDecision(BaseModel):
    """`ends`: the mark goes; `goes_on`: it is counted anew from today; `performing`, `non_performing`: how an exposure
    stands that was late in its probation, the latter with a cure from today."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    decision: Literal["ends", "goes_on", "performing", "non_performing"]
