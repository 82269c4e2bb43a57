"""Tables: the checklist of a round, the documents, and what reviewers said of them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, Uuid
from sqlmodel import Field

from services.common.runtime.encryption import EncryptedText
from services.common.runtime.tables import INSTANT
from services.plans.domain.evidence import EvidenceState
from services.plans.models.base import PlansTable, one_of
from services.plans.vocabulary import ChecklistState, ReviewResult


class Checklist(PlansTable, table=True):
    """What the borrower was asked for in one round. The reason of hardship selects it and is with the assessment.

    `asked` counts the requests sent, `deadline_at` is when the borrower is reminded (`reminded_at` empty) or the
    negotiation ends.
    """

    __tablename__ = "checklist"
    __table_args__ = (one_of("state", ChecklistState), UniqueConstraint("case_id", "round"))

    checklist_id: UUID = Field(primary_key=True, sa_type=Uuid)
    case_id: UUID = Field(sa_type=Uuid)
    round: int
    assessment_id: UUID = Field(sa_type=Uuid, foreign_key="statement_of_means.assessment_id")
    policy_version: str = Field(sa_type=Text)
    state: ChecklistState = Field(sa_type=Text)
    asked: int
    deadline_at: datetime = Field(sa_type=INSTANT)
    reminded_at: datetime | None = Field(default=None, sa_type=INSTANT)
    opened_at: datetime = Field(sa_type=INSTANT)


class Evidence(PlansTable, table=True):
    """One document. Its type may tell of health, so it is encrypted and never leaves this service in an event; so is
    the reference of the separate consent under which it was handed in, beside who gave that and when it was told.
    """

    __tablename__ = "evidence"
    __table_args__ = (
        one_of("state", EvidenceState),
        UniqueConstraint("object_key"),
        UniqueConstraint("checklist_id", "number"),
        CheckConstraint("size > 0", name="size"),
        CheckConstraint("length(sha256) = 64", name="sha256"),
        CheckConstraint("state <> 'VERIFIED' OR expires_on IS NOT NULL", name="expires_on"),
        CheckConstraint(
            "num_nulls(consent_ref, consented_by, consented_at) IN (0, 3)",
            name="consent",
        ),
        Index("ix_evidence_case_id", "case_id"),
    )

    evidence_id: UUID = Field(primary_key=True, sa_type=Uuid)
    checklist_id: UUID = Field(sa_type=Uuid, foreign_key="checklist.checklist_id")
    case_id: UUID = Field(sa_type=Uuid)
    number: int
    evidence_type: str = Field(sa_type=EncryptedText("evidence.evidence_type"))
    state: EvidenceState = Field(sa_type=Text)
    sha256: str = Field(sa_type=Text)
    size: int
    media_type: str = Field(sa_type=Text)
    object_key: str = Field(sa_type=Text)
    document_date: date
    stated_end: date | None = None
    uploaded_by: str = Field(sa_type=Text)
    uploaded_at: datetime = Field(sa_type=INSTANT)
    expires_on: date | None = None
    consent_ref: str | None = Field(default=None, sa_type=EncryptedText("evidence.consent_ref"))
    consented_by: str | None = Field(default=None, sa_type=Text)
    consented_at: datetime | None = Field(default=None, sa_type=INSTANT)


class EvidenceReview(PlansTable, table=True):
    """What a reviewer, who is not the uploader, said of one document."""

    __tablename__ = "evidence_review"
    __table_args__ = (
        one_of("result", ReviewResult),
        CheckConstraint("reviewer <> uploaded_by", name="four_eyes"),
    )

    evidence_id: UUID = Field(primary_key=True, sa_type=Uuid, foreign_key="evidence.evidence_id")
    reviewer: str = Field(sa_type=Text)
    uploaded_by: str = Field(sa_type=Text)
    result: ReviewResult = Field(sa_type=Text)
    method: str = Field(sa_type=Text)
    reasons: str | None = Field(default=None, sa_type=EncryptedText("evidence_review.reasons"))
    reviewed_at: datetime = Field(sa_type=INSTANT)
