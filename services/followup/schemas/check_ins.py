"""How borrowers say that their plan is going, as the API takes and shows it."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.followup.vocabulary import CheckInState


class AnswerCheckIn(BaseModel):
    """How it is going: well, or hard. Who says that it is hard is called, and nothing is decided meanwhile."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    how: Literal["well", "hard"]
    words: str | None = Field(default=None, min_length=1, max_length=1000)


class CheckInView(BaseModel):
    """One question how an agreement is going, and what was said."""

    check_in_id: UUID
    agreement_id: UUID
    case_id: UUID
    number: int
    state: CheckInState
    asked_at: datetime
    how: Literal["well", "hard"] | None
    words: str | None
    answered_by: str | None = Field(description="the borrower, or who wrote down what they said")
    answered_at: datetime | None
    version: int


class CheckIns(BaseModel):
    """What was asked in a case, oldest first, at most two hundred."""

    items: list[CheckInView]
