"""Tables: the checklist of a round, what was asked for, the documents, and what reviewers said of them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    Identity,
    Index,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlmodel import Field

from services.common.runtime.encryption import EncryptedText
from services.common.runtime.tables import INSTANT
from services.plans.domain.evidence import EvidenceState
from services.plans.models.base import PlansTable, one_of
from services.plans.vocabulary import ChecklistState, CheckResult, RequestCause, ReviewResult, RevocationCause


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


class EvidenceRequest(PlansTable, table=True):
    """One document that the borrower was asked for: of any type of the checklist, or of `evidence_type`.

    It is REQUESTED until a document answers it. `cause` is why something was asked for again.
    """

    __tablename__ = "evidence_request"
    __table_args__ = (one_of("cause", RequestCause), Index("ix_evidence_request_case_id", "case_id"))

    checklist_id: UUID = Field(primary_key=True, sa_type=Uuid, foreign_key="checklist.checklist_id")
    number: int = Field(primary_key=True)
    case_id: UUID = Field(sa_type=Uuid)
    evidence_type: str | None = Field(default=None, sa_type=EncryptedText("evidence_request.evidence_type"))
    cause: RequestCause | None = Field(default=None, sa_type=Text)
    reasons: str | None = Field(default=None, sa_type=EncryptedText("evidence_request.reasons"))
    requested_by: str = Field(sa_type=Text)
    requested_at: datetime = Field(sa_type=INSTANT)
    evidence_id: UUID | None = Field(default=None, sa_type=Uuid, foreign_key="evidence.evidence_id")


class Evidence(PlansTable, table=True):
    """One document. `revision` counts its changes (ETag); `facts` is what the file says of itself, as JSON.

    Its type may tell of health, so it is encrypted and never leaves this service in an event; so is the reference of
    the separate consent under which it was handed in, beside who gave that and when it was told.
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
        CheckConstraint("(period_start IS NULL) = (period_end IS NULL)", name="period"),
        CheckConstraint("period_start <= period_end", name="period_order"),
        Index("ix_evidence_case_id", "case_id"),
        Index("ix_evidence_sha256", "sha256"),
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
    revision: int = 1
    channel: str = Field(default="recorded", sa_type=Text)
    period_start: date | None = None
    period_end: date | None = None
    facts: str | None = Field(default=None, sa_type=EncryptedText("evidence.facts"))


class EvidenceReuse(PlansTable, table=True):
    """A document of another case of the same borrower that serves this one too, so that it is asked for once.

    `expires_on` is the last day it does here. Who consented to this further use, and where that is kept, is with it.
    """

    __tablename__ = "evidence_reuse"
    __table_args__ = (Index("ix_evidence_reuse_evidence_id", "evidence_id"),)

    case_id: UUID = Field(primary_key=True, sa_type=Uuid)
    evidence_id: UUID = Field(primary_key=True, sa_type=Uuid, foreign_key="evidence.evidence_id")
    checklist_id: UUID = Field(sa_type=Uuid, foreign_key="checklist.checklist_id")
    expires_on: date
    consent_ref: str | None = Field(default=None, sa_type=EncryptedText("evidence_reuse.consent_ref"))
    consented_by: str = Field(sa_type=Text)
    linked_by: str = Field(sa_type=Text)
    linked_at: datetime = Field(sa_type=INSTANT)


class EvidenceCheck(PlansTable, table=True):
    """One check of authenticity: how, by whom, and what came of it. `checked_by` is a person or `system`.

    A flag is a reason to look closer and accuses nobody. `note` is words of a person, or findings as JSON.
    """

    __tablename__ = "evidence_check"
    __table_args__ = (
        one_of("result", CheckResult),
        Index("ix_evidence_check_evidence_id", "evidence_id"),
        Index(
            "ix_evidence_check_system",
            "evidence_id",
            "method",
            unique=True,
            postgresql_where=text("checked_by = 'system'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigInteger, sa_column_args=[Identity(always=True)])
    evidence_id: UUID = Field(sa_type=Uuid, foreign_key="evidence.evidence_id")
    method: str = Field(sa_type=Text)
    checked_by: str = Field(sa_type=Text)
    result: CheckResult = Field(sa_type=Text)
    note: str | None = Field(default=None, sa_type=EncryptedText("evidence_check.note"))
    checked_at: datetime = Field(sa_type=INSTANT)


class EvidenceRevocation(PlansTable, table=True):
    """Why a document supports nothing any more: the consent was withdrawn, or it was found to be forged."""

    __tablename__ = "evidence_revocation"
    __table_args__ = (one_of("cause", RevocationCause),)

    evidence_id: UUID = Field(primary_key=True, sa_type=Uuid, foreign_key="evidence.evidence_id")
    cause: RevocationCause = Field(sa_type=Text)
    revoked_by: str = Field(sa_type=Text)
    reasons: str | None = Field(default=None, sa_type=EncryptedText("evidence_revocation.reasons"))
    revoked_at: datetime = Field(sa_type=INSTANT)


class PlanBasis(PlansTable, table=True):
    """The documents that a version of a plan rests on, as they were when it was drafted."""

    __tablename__ = "plan_basis"
    __table_args__ = (
        ForeignKeyConstraint(["plan_id", "version"], ["plan.plan_id", "plan.version"]),
        Index("ix_plan_basis_evidence_id", "evidence_id"),
    )

    plan_id: UUID = Field(primary_key=True, sa_type=Uuid)
    version: int = Field(primary_key=True)
    evidence_id: UUID = Field(primary_key=True, sa_type=Uuid, foreign_key="evidence.evidence_id")
    sha256: str = Field(sa_type=Text)


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
