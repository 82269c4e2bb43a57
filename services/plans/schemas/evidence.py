"""Evidence: receipts, reviews, and the list of what is there."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints, model_validator

from services.plans.schemas.base import Code, Command, FreeText, Reference
from services.plans.vocabulary import CheckResult, RequestCause, ReviewResult, RevocationCause

Method = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,59}$")]


class EvidenceReceipt(BaseModel):
    """What was received: keep it, its hash proves what was handed in."""

    evidence_id: UUID
    case_id: UUID
    sha256: str
    size: int
    media_type: str
    received_at: datetime
    notice: str = Field(description="that the result is not promised, in the borrower's language")


class CheckMade(Command):
    """One check of authenticity that a reviewer made beside the one that decided."""

    method: Method
    result: Literal[CheckResult.PASSED, CheckResult.FAILED, CheckResult.INCONCLUSIVE]
    note: FreeText | None = None


class ReviewEvidence(Command):
    """What a reviewer found; `stated_end` is the end that the document itself states, when it has one."""

    result: ReviewResult
    method: Method
    reasons: FreeText | None = None
    stated_end: date | None = None
    checks: list[CheckMade] = Field(default_factory=list, max_length=20)

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if self.result is not ReviewResult.VERIFIED and self.reasons is None:
            raise ValueError("reasons are needed unless the document is verified")
        if self.result is ReviewResult.VERIFIED and any(one.result is CheckResult.FAILED for one in self.checks):
            raise ValueError("a document that failed a check is not verified")
        return self


class CheckView(BaseModel):
    """One check of a document. A flag is a reason to look closer, and no finding."""

    method: str
    checked_by: str
    result: CheckResult
    note: str | None
    checked_at: datetime


class RequestView(BaseModel):
    """A document that was asked for and has not come yet."""

    state: Literal["REQUESTED"] = "REQUESTED"
    evidence_type: str | None
    cause: RequestCause | None
    requested_at: datetime


class EvidenceView(BaseModel):
    """One document, without its content. What was checked is shown to those who judge it; the type of a sensitive one
    to them and to its borrower."""

    evidence_id: UUID
    checklist_id: UUID
    evidence_type: str | None
    state: str
    sha256: str
    size: int
    media_type: str
    document_date: date
    period_start: date | None
    period_end: date | None
    channel: str
    uploaded_by: str
    uploaded_at: datetime
    expires_on: date | None
    reviewer: str | None
    method: str | None
    facts: dict[str, Any] | None = Field(description="what the file says of itself")
    checks: list[CheckView]
    reused_from: UUID | None = Field(description="the case in which it was handed in, when that is another one")


class ReusableView(BaseModel):
    """A document that was verified in another case of the borrower, and may serve this one if they consent."""

    evidence_id: UUID
    case_id: UUID
    evidence_type: str | None
    document_date: date
    expires_on: date | None
    separate_consent: bool


class ReuseDocument(Command):
    """Which document shall serve, and where the borrower's consent to that is kept."""

    evidence_id: UUID
    consent_ref: Reference | None = None


class DocumentReused(BaseModel):
    """A document that serves a further case, where it was handed in, and what the negotiation waits for now."""

    evidence_id: UUID
    case_id: UUID
    reused_from: UUID
    expires_on: date
    phase: str


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
    requested: list[RequestView]
    items: list[EvidenceView]
    reusable: list[ReusableView] = Field(description="verified in other cases of the borrower; link instead of asking")


class AskForEvidence(Command):
    """A request for one document of the checklist. Asking again for the same takes a cause, and words for it."""

    evidence_type: Code
    cause: RequestCause | None = None
    reasons: FreeText | None = None

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if (self.cause is None) != (self.reasons is None):
            raise ValueError("a cause comes with reasons")
        return self


class EvidenceAsked(BaseModel):
    """The borrower has been asked; `deadline_at` is until when, where there is one."""

    checklist_id: UUID
    state: Literal["REQUESTED"] = "REQUESTED"
    deadline_at: datetime
    phase: str


class RevokeEvidence(Command):
    """The borrower withdraws the consent, or a reviewer found the document to be forged after all."""

    cause: RevocationCause
    reasons: FreeText | None = None

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if self.cause is RevocationCause.FORGED and self.reasons is None:
            raise ValueError("reasons are needed where a forgery was found")
        return self


class EvidenceRevokedView(BaseModel):
    """The document after its revocation, and what became of the newest plan that rested on it."""

    evidence_id: UUID
    state: str
    phase: str
    plan_state: str | None


class ReviewRecorded(BaseModel):
    """The document after its review, and what the negotiation waits for now."""

    evidence_id: UUID
    state: str
    expires_on: date | None
    phase: str


class AssessRevocation(Command):
    """What a person decided of a plan that binds and rested on a revoked document."""

    outcome: Literal["plan_stands", "plan_ends"]
    reasons: FreeText


class Swept(BaseModel):
    """What a sweep did."""

    objects_removed: int
    documents_expired: int
