"""Evidence: receipts, reviews, and the list of what is there."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints, model_validator

from services.plans.schemas.base import Command, FreeText
from services.plans.vocabulary import ReviewResult


class EvidenceReceipt(BaseModel):
    """What was received: keep it, its hash proves what was handed in."""

    evidence_id: UUID
    case_id: UUID
    sha256: str
    size: int
    media_type: str
    received_at: datetime


class ReviewEvidence(Command):
    """What a reviewer found; `stated_end` is the end that the document itself states, when it has one."""

    result: ReviewResult
    method: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,59}$")]
    reasons: FreeText | None = None
    stated_end: date | None = None

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if self.result is not ReviewResult.VERIFIED and self.reasons is None:
            raise ValueError("reasons are needed unless the document is verified")
        return self


class EvidenceView(BaseModel):
    """One document, without its content."""

    evidence_id: UUID
    checklist_id: UUID
    evidence_type: str
    state: str
    sha256: str
    size: int
    media_type: str
    document_date: date
    uploaded_by: str
    uploaded_at: datetime
    expires_on: date | None
    reviewer: str | None
    method: str | None


class EvidenceList(BaseModel):
    """The checklist of the present round and every document of the case."""

    case_id: UUID
    checklist_id: UUID | None
    state: str | None
    accepted: list[str]
    needed: int
    methods: list[str]
    separate_consent: bool = Field(description="whether a document is taken only with the reference of a consent to it")
    deadline_at: datetime | None
    items: list[EvidenceView]


class ReviewRecorded(BaseModel):
    """The document after its review, and what the negotiation waits for now."""

    evidence_id: UUID
    state: str
    expires_on: date | None
    phase: str
