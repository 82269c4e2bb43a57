"""What is said of further requests over the API."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.followup.domain.renegotiation import RenegotiationState


class RenegotiationView(BaseModel):
    """A further request while an agreement runs."""

    request_id: UUID
    agreement_id: UUID
    case_id: UUID
    number: int = Field(description="which one of the agreement it is")
    requested_on: date
    state: RenegotiationState
    ends_at: datetime | None = Field(description="until when it may hold up a decision")
    ended_for: str | None
    version: int


class Renegotiations(BaseModel):
    """The further requests of a case, oldest first."""

    items: list[RenegotiationView]


class DecideRenegotiation(BaseModel):
    """`talked`: the borrower was talked with, and talks go on; `accept` (a supervisor, beyond the limit): they begin;
    `as_agreed` (a supervisor): the agreement goes on as it was agreed, and is judged again."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    decision: Literal["talked", "accept", "as_agreed"]
