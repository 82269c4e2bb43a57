"""The steps of a round as they are shown, and the decision on a visit."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.contact.domain.vocabulary import Channel

Staff = Annotated[str, Field(pattern=r"^[\x21-\x7e]{1,100}$")]
"""The subject of a member of staff, as tokens have it: no name, and told apart exactly."""


class StepShown(BaseModel):
    """A step of a round: what was chosen, the reason in one sentence, and of a visit what was decided."""

    round: int
    step: int
    kind: Literal["message", "call", "visit", "pause"]
    stage: str
    purpose: str
    channels: list[Channel] = Field(description="tried in this order; none for a pause")
    language: str
    tone: str
    owner_role: str
    treatment: str
    policy_version: str
    reason: str
    reason_zh: str
    wait_days: int
    taken_at: datetime
    decision: Literal["permitted", "refused"] | None
    staff: list[str] = Field(description="who visits")


class DecideVisit(BaseModel):
    """A supervisor's decision on a visit that a round asks for; who permits it names who goes."""

    model_config = ConfigDict(extra="forbid")

    decision: Literal["permit", "refuse"]
    staff: list[Staff] = Field(default_factory=list, max_length=6)

    @model_validator(mode="after")
    def _named(self) -> Self:
        if bool(self.staff) != (self.decision == "permit") or len(set(self.staff)) != len(self.staff):
            raise ValueError("a visit that is permitted names different people, one that is refused names none")
        return self


class VisitDecided(BaseModel):
    """What was decided on a visit."""

    case_id: UUID
    round: int
    step: int
    decision: Literal["permitted", "refused"]
    staff: list[str]
