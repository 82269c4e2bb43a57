"""Tables: offers, and the activation of agreements in the core."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Text, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.common.runtime.tables import INSTANT
from services.plans.models.base import PlansTable, one_of
from services.plans.vocabulary import ActivationState, OfferState

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
