"""What borrowers think of us, as the API takes and shows it."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.followup.vocabulary import AskedBy, Occasion

GroupedBy = Literal["all", "agent", "team", "template", "stage"]


class GiveFeedback(BaseModel):
    """A score from 1 (bad) to 5 (good), and words if the borrower likes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    score: int = Field(ge=1, le=5)
    words: str | None = Field(default=None, min_length=1, max_length=1000)


class FeedbackView(BaseModel):
    """One question, about what, and the answer if there is one."""

    feedback_id: UUID
    case_id: UUID
    occasion: Occasion
    stage: str
    asked_by: AskedBy
    asked_at: datetime
    score: int | None
    words: str | None
    answered_at: datetime | None


class FeedbackOfCase(BaseModel):
    """All of a case, oldest first, at most two hundred."""

    items: list[FeedbackView]


class FeedbackGroup(BaseModel):
    """What a group said together; nothing of a group that is too small."""

    group: str
    asked: int
    answered: int | None
    mean: Decimal | None
    withheld: bool = Field(description="so few answered that one could be told apart")


class FeedbackTogether(BaseModel):
    """What borrowers said who were asked in a period."""

    first_day: date = Field(description="first day that is counted")
    end_day: date = Field(description="the first day that is not counted")
    by: GroupedBy
    groups: list[FeedbackGroup]
