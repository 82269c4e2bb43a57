"""Disputes of the credit record, as the API takes and shows them. Codes only: no words about a person."""

from datetime import date, datetime
from typing import Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.followup.vocabulary import DisputeState

Disputed = Literal["not_theirs", "amount", "status", "dates", "paid", "too_old"]
Reason = Literal[
    "reported_wrongly", "not_theirs", "paid_in_time", "under_agreement", "kept_too_long",
    "reported_rightly", "no_proof", "corrected_before",
]  # fmt: skip
UPHOLDING = frozenset({"reported_rightly", "no_proof", "corrected_before"})


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OpenCreditDispute(_Said):
    """What of the credit record is said to be wrong, and the day on which it was said."""

    disputed: Disputed
    received_on: date


class DecideCreditDispute(_Said):
    """Whether the record is corrected or stands, and why."""

    decision: Literal["corrected", "upheld"]
    reason: Reason

    @model_validator(mode="after")
    def _reason_is_of_the_decision(self) -> Self:
        if (self.decision == "upheld") is not (self.reason in UPHOLDING):
            raise ValueError("the reason is one for the other decision")
        return self


class ConfirmCorrection(_Said):
    """On which day the record was put right."""

    confirmed_on: date


class CreditDisputeView(BaseModel):
    """A dispute. While it is open, what is reported of the account carries a mark that it is disputed."""

    dispute_id: UUID
    case_id: UUID
    account_ref: str
    disputed: Disputed
    state: DisputeState
    received_on: date
    due_on: date = Field(description="last day to answer it")
    rule: str = Field(description="the rule that gives the least time")
    reason: Reason | None
    decided_by: str | None
    decided_at: datetime | None
    confirm_by: date | None
    confirmed_on: date | None
    late_at: datetime | None = Field(description="when nobody had acted in time, last")
    version: int


class CreditDisputes(BaseModel):
    """The disputes of a case, oldest first."""

    items: list[CreditDisputeView]
