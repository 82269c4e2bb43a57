"""Tables: agreements with the record of their signature, the codes they are signed with, and their documents."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Text, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.common.runtime.tables import INSTANT
from services.plans.models.base import PlansTable, one_of
from services.plans.vocabulary import AgreementState, PaymentMethod, SignatureMethod

_OF_PLAN = (["plan_id", "version"], ["plan.plan_id", "plan.version"])


class Agreement(PlansTable, table=True):
    """The borrower's acceptance, key term by key term, of exactly one document, and how it was signed.

    Agreements from before signatures were recorded have none. `understood` is what the borrower said of the terms.
    """

    __tablename__ = "agreement"
    __table_args__ = (
        one_of("state", AgreementState),
        one_of("method", SignatureMethod),
        one_of("payment_method", PaymentMethod),
        ForeignKeyConstraint(*_OF_PLAN),
        UniqueConstraint("plan_id", "version"),
        CheckConstraint("(method = 'recording') = (recording_ref IS NOT NULL)", name="recording"),
        CheckConstraint("(method = 'one_time_code') = (signing_id IS NOT NULL)", name="code"),
        CheckConstraint("payment_method <> 'direct_debit' OR mandate_ref IS NOT NULL", name="mandate"),
        Index("ix_agreement_case_id", "case_id"),
    )

    agreement_id: UUID = Field(primary_key=True, sa_type=Uuid)
    plan_id: UUID = Field(sa_type=Uuid)
    version: int
    case_id: UUID = Field(sa_type=Uuid)
    round: int
    state: AgreementState = Field(sa_type=Text)
    key_terms: list[str] = Field(sa_type=JSONB)
    document_hash: str = Field(sa_type=Text)
    accepted_by: str = Field(sa_type=Text)
    recorded_by: str = Field(sa_type=Text)
    channel: str = Field(sa_type=Text)
    accepted_at: datetime = Field(sa_type=INSTANT)
    method: SignatureMethod | None = Field(default=None, sa_type=Text)
    consent_version: str | None = Field(default=None, sa_type=Text)
    signing_id: UUID | None = Field(default=None, sa_type=Uuid, foreign_key="signing_code.signing_id")
    recording_ref: str | None = Field(default=None, sa_type=Text)
    understood: dict[str, Any] | None = Field(default=None, sa_type=JSONB)
    payment_method: PaymentMethod | None = Field(default=None, sa_type=Text)
    mandate_ref: str | None = Field(default=None, sa_type=Text)
    cooling_off_until: date | None = None
    taken_back_at: datetime | None = Field(default=None, sa_type=INSTANT)


class SigningCode(PlansTable, table=True):
    """A code that was sent to the borrower to sign one version with. Only its digest is kept; every try is counted."""

    __tablename__ = "signing_code"
    __table_args__ = (
        ForeignKeyConstraint(*_OF_PLAN),
        UniqueConstraint("plan_id", "version", "number"),
        CheckConstraint("tries >= 0", name="tries"),
    )

    signing_id: UUID = Field(primary_key=True, sa_type=Uuid)
    plan_id: UUID = Field(sa_type=Uuid)
    version: int
    case_id: UUID = Field(sa_type=Uuid)
    number: int
    issued_to: str = Field(sa_type=Text)
    digest: str = Field(sa_type=Text)
    tries: int = 0
    issued_at: datetime = Field(sa_type=INSTANT)
    expires_at: datetime = Field(sa_type=INSTANT)
    used_at: datetime | None = Field(default=None, sa_type=INSTANT)
    tried_at: datetime | None = Field(default=None, sa_type=INSTANT)


class AgreementDocument(PlansTable, table=True):
    """An agreement as it was printed in one language; its file is written once and never again."""

    __tablename__ = "agreement_document"
    __table_args__ = (CheckConstraint("language IN ('zh', 'en')", name="language"),)

    agreement_id: UUID = Field(primary_key=True, sa_type=Uuid, foreign_key="agreement.agreement_id")
    language: str = Field(primary_key=True, sa_type=Text)
    sha256: str = Field(sa_type=Text)
    size: int
    object_key: str = Field(sa_type=Text)
    made_at: datetime = Field(sa_type=INSTANT)
