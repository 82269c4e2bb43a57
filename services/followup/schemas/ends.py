"""How a case ended and until when its records are kept, as the API shows it."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.followup.domain.ends import CreditStatus
from services.followup.vocabulary import LetterState

HoldReason = Literal["court_proceedings", "regulator_inquiry", "complaint", "order_of_an_authority", "audit"]


class KeptBy(BaseModel):
    """Until when a rule has the records kept."""

    rule: str
    until: date


class EndView(BaseModel):
    """How a case ended. Records are kept until the longest of the rules is over and no legal hold stands."""

    case_id: UUID
    reason: str = Field(description="the state that the case was in when it was closed, or what ended it from outside")
    closed_at: datetime
    credit_status: CreditStatus | None = Field(description="what was reported of the account; none: it stands as it is")
    closing_letter: LetterState | None = Field(description="what became of it; none while nothing was heard of one")
    kept_by: list[KeptBy]
    retention_until: date = Field(description="last day on which the rules have the records kept")
    legal_hold: bool
    may_be_deleted: bool


class PlaceLegalHold(BaseModel):
    """Why the records of a case must be kept whatever the rules say."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reason: HoldReason


class LegalHoldView(BaseModel):
    """What compliance said last of the records of a case; version 0 while nothing was said."""

    case_id: UUID
    stands: bool
    reason: HoldReason | None = None
    placed_by: str | None = None
    placed_at: datetime | None = None
    released_by: str | None = None
    released_at: datetime | None = None
    version: int = 0
