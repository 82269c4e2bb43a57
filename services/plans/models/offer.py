"""Tables: offers, objections to them, agreements, and their activation in the core."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Text, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.common.runtime.encryption import EncryptedText
from services.common.runtime.tables import INSTANT
from services.plans.models.base import AMOUNT, PlansTable, one_of
from services.plans.vocabulary import ActivationState, AgreementState, ObjectionReason, OfferState

_OF_PLAN = (["plan_id", "version"], ["plan.plan_id", "plan.version"])


class Offer(PlansTable, table=True):
    """An approved version as the borrower sees it; `document` is what `document_hash` binds."""

    __tablename__ = "offer"
    __table_args__ = (
        one_of("state", OfferState),
        ForeignKeyConstraint(*_OF_PLAN),
        Index("ix_offer_case_id", "case_id"),
    )

    plan_id: UUID = Field(primary_key=True, sa_type=Uuid)
    version: int = Field(primary_key=True)
    case_id: UUID = Field(sa_type=Uuid)
    state: OfferState = Field(sa_type=Text)
    document: dict[str, Any] = Field(sa_type=JSONB)
    document_hash: str = Field(sa_type=Text)
    issued_at: datetime = Field(sa_type=INSTANT)
    expires_at: datetime = Field(sa_type=INSTANT)
    answered_at: datetime | None = Field(default=None, sa_type=INSTANT)


class Objection(PlansTable, table=True):
    """Why the borrower did not take an offer, in a code and in own words, and what was wished instead."""

    __tablename__ = "objection"
    __table_args__ = (
        one_of("reason", ObjectionReason),
        ForeignKeyConstraint(*_OF_PLAN),
        UniqueConstraint("plan_id", "version"),
    )

    objection_id: UUID = Field(primary_key=True, sa_type=Uuid)
    plan_id: UUID = Field(sa_type=Uuid)
    version: int
    case_id: UUID = Field(sa_type=Uuid)
    reason: ObjectionReason = Field(sa_type=Text)
    wanted_payment: Decimal | None = Field(default=None, sa_type=AMOUNT)
    wanted_months: int | None = None
    own_words: str | None = Field(default=None, sa_type=EncryptedText("objection.own_words"))
    recorded_by: str = Field(sa_type=Text)
    recorded_at: datetime = Field(sa_type=INSTANT)


class Agreement(PlansTable, table=True):
    """The borrower's acceptance, key term by key term, of exactly one document."""

    __tablename__ = "agreement"
    __table_args__ = (
        one_of("state", AgreementState),
        ForeignKeyConstraint(*_OF_PLAN),
        UniqueConstraint("plan_id", "version"),
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


class Activation(PlansTable, table=True):
    """The intent to activate a version in the core, its attempts, and what came of it."""

    __tablename__ = "activation"
    __table_args__ = (
        one_of("state", ActivationState),
        ForeignKeyConstraint(*_OF_PLAN),
        UniqueConstraint("idempotency_key"),
        CheckConstraint("(state = 'done') = (core_reference IS NOT NULL)", name="done"),
    )

    plan_id: UUID = Field(primary_key=True, sa_type=Uuid)
    version: int = Field(primary_key=True)
    idempotency_key: str = Field(sa_type=Text)
    state: ActivationState = Field(sa_type=Text)
    attempts: int
    code: str | None = Field(default=None, sa_type=Text)
    core_reference: str | None = Field(default=None, sa_type=Text)
    schedule_hash: str | None = Field(default=None, sa_type=Text)
    intended_at: datetime = Field(sa_type=INSTANT)
    ended_at: datetime | None = Field(default=None, sa_type=INSTANT)
