"""Requests and answers about statutory clocks, and about how a request ends."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.common.kernel.said import SaidDay
from services.intake.schemas.base import Body


class MeetClock(Body):
    """What the law asks for was done by other means than the system's own."""

    done_on: SaidDay
    means: Literal["letter", "call", "visit", "branch", "review"]


class ClockStanding(BaseModel):
    """One clock: what is to be done by the end of `due_on`, by which rule, and what became of it."""

    clock_id: UUID
    case_id: UUID
    request_id: UUID | None
    kind: str
    rule_id: str
    pack_version: str
    started_on: date
    due_on: date
    warn_on: date
    asked_on: date | None
    answered_on: date | None
    warned_at: datetime | None
    breached_at: datetime | None
    met_at: datetime | None
    met_by: str | None


class ClocksShown(BaseModel):
    """All clocks of a case, by the day on which they end."""

    items: list[ClockStanding]


class CompleteRequest(Body):
    """All that is needed to decide on a request is there since a day."""

    complete_on: SaidDay


class DeclineRequest(Body):
    """Why a reviewer declines a request: a code, and reasons in words that the borrower is told."""

    reason_code: Literal[
        "NOT_AFFORDABLE", "NO_HARDSHIP", "EVIDENCE_INSUFFICIENT", "OUTSIDE_POLICY", "DUPLICATE", "FRAUD_SUSPECTED"
    ]
    reasons: str = Field(min_length=10, max_length=4000, repr=False)


class RequestStanding(BaseModel):
    """Where a request stands; the words of a decision are not in stored answers."""

    request_id: UUID
    case_id: UUID
    number: int
    request_type: str
    channel: str
    state: str
    reason_code: str | None
    decided_at: datetime | None
    decided_by: str | None
    version: int
