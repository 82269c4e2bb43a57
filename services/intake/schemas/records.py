"""Requests and answers about what people record: notes, requests, the time line."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.common.kernel.money import Money
from services.common.kernel.said import SaidDay
from services.intake.schemas.base import Body, Cause, RequestType, Source


class WriteNote(Body):
    """Something worth remembering about a case."""

    text: str = Field(min_length=1, max_length=4000, repr=False)


class NoteWritten(BaseModel):
    """The answer to a new note. Answers are kept for repeats, so this one leaves the text out."""

    note_id: UUID
    at: datetime
    actor: str


class NoteShown(NoteWritten):
    """A note as it was written."""

    text: str = Field(repr=False)


class RecordRequest(Body):
    """Why the borrower cannot pay now, and what they ask for (the two things every negotiation records first)."""

    cause: Cause
    own_words: str = Field(min_length=1, max_length=4000, repr=False)
    request_type: RequestType
    amount: Money | None = None
    months: int | None = Field(default=None, ge=1, le=360)
    lenders: int | None = Field(
        default=None, ge=1, le=99, description="with how many lenders the borrower is in difficulty, us among them"
    )
    source: Source = "borrower"
    agent_fee: Literal["none", "charged", "not_said"] | None = Field(
        default=None, description="what somebody who asks for the borrower takes from them for it; asking is free"
    )
    channel: Literal["oral", "written", "portal"] = Field(
        default="written", description="how it was said; a word in passing is a request too"
    )
    received_on: SaidDay | None = Field(default=None, description="when it was said, if not today")


class RequestRecorded(BaseModel):
    """A recorded request."""

    request_id: UUID
    case_id: UUID
    number: int
    round: int
    request_type: str
    state: str


class Happening(BaseModel):
    """One line of the time line: a step, an assignment, a note, a request or a hold."""

    at: datetime
    kind: Literal["step", "assignment", "note", "request", "hold"]
    ref: str
    actor: str
    what: dict[str, Any]
