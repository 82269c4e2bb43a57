"""Tables: versions of plans with their schedules, and the decisions on them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
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
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.common.runtime.encryption import EncryptedText
from services.common.runtime.tables import INSTANT
from services.plans.domain.catalogue import ReliefType
from services.plans.models.base import AMOUNT, PlansTable, one_of
from services.plans.vocabulary import Decision, PlanState


class Plan(PlansTable, table=True):
    """One version of the plan of a round. `revision` counts every change of the plan, over all its versions (ETag).

    `terms` is the pydantic model `schemas.base.PlanTermsRecord`, `asked` is `schemas.decisions.ApprovalAsk`: which
    signatures the version needs since it was submitted, and why. The schedule is in `plan_instalment`, and the
    database refuses a schedule that does not sum to `total`.
    """

    __tablename__ = "plan"
    __table_args__ = (
        one_of("state", PlanState),
        one_of("relief_type", ReliefType),
        UniqueConstraint("plan_id", "revision"),
        CheckConstraint("(proposal_hash IS NULL) = (submitted_at IS NULL)", name="proposal"),
        Index("ix_plan_active_account", "account_ref", unique=True, postgresql_where=text("state = 'ACTIVE'")),
        Index("ix_plan_case_id", "case_id"),
    )

    plan_id: UUID = Field(primary_key=True, sa_type=Uuid)
    version: int = Field(primary_key=True)
    revision: int
    case_id: UUID = Field(sa_type=Uuid)
    round: int
    account_ref: str = Field(sa_type=Text)
    state: PlanState = Field(sa_type=Text)
    relief_type: ReliefType = Field(sa_type=Text)
    terms: dict[str, Any] = Field(sa_type=JSONB)
    total: Decimal = Field(sa_type=AMOUNT)
    currency: str = Field(sa_type=Text)
    schedule_hash: str = Field(sa_type=Text)
    assessment_id: UUID = Field(sa_type=Uuid, foreign_key="statement_of_means.assessment_id")
    checklist_id: UUID = Field(sa_type=Uuid, foreign_key="checklist.checklist_id")
    answers_objection: UUID | None = Field(default=None, sa_type=Uuid)
    proposed_by: str = Field(sa_type=Text)
    drafted_at: datetime = Field(sa_type=INSTANT)
    submitted_by: str | None = Field(default=None, sa_type=Text)
    submitted_at: datetime | None = Field(default=None, sa_type=INSTANT)
    proposal_hash: str | None = Field(default=None, sa_type=Text)
    needed_level: str | None = Field(default=None, sa_type=Text)
    asked: dict[str, Any] | None = Field(default=None, sa_type=JSONB)
    reminded_at: datetime | None = Field(default=None, sa_type=INSTANT)
    expires_at: datetime | None = Field(default=None, sa_type=INSTANT)


class PlanInstalment(PlansTable, table=True):
    """One payment of a version; never changed once written."""

    __tablename__ = "plan_instalment"
    __table_args__ = (
        ForeignKeyConstraint(["plan_id", "version"], ["plan.plan_id", "plan.version"]),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("number > 0", name="number"),
    )

    plan_id: UUID = Field(primary_key=True, sa_type=Uuid)
    version: int = Field(primary_key=True)
    number: int = Field(primary_key=True)
    due_date: date
    amount: Decimal = Field(sa_type=AMOUNT)


class Approval(PlansTable, table=True):
    """A decision or signature on a submitted version, with what the guard saw and said; one of a person on a version.

    `inputs` is `schemas.decisions.DecisionInputs`, from which the verdicts can be computed again. `part` names the
    signature that was given, `on_behalf_of` whom a deputy stood in for.
    """

    __tablename__ = "approval"
    __table_args__ = (
        one_of("decision", Decision),
        ForeignKeyConstraint(["plan_id", "version"], ["plan.plan_id", "plan.version"]),
        CheckConstraint("decided_by <> proposed_by OR decision = 'withdrawn'", name="four_eyes"),
        CheckConstraint("on_behalf_of <> proposed_by", name="four_eyes_of_deputies"),
        CheckConstraint("(decision = 'expired') = (decided_by IS NULL)", name="decided_by"),
        CheckConstraint("(decision IN ('sign', 'approve')) = (part IS NOT NULL)", name="part"),
        Index(
            "ix_approval_decided",
            "plan_id",
            "version",
            unique=True,
            postgresql_where=text("decision NOT IN ('expired', 'sign')"),
        ),
        Index(
            "ix_approval_people",
            "plan_id",
            "version",
            "decided_by",
            unique=True,
            postgresql_where=text("decided_by IS NOT NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigInteger, sa_column_args=[Identity(always=True)])
    plan_id: UUID = Field(sa_type=Uuid)
    version: int
    decision: Decision = Field(sa_type=Text)
    decided_by: str | None = Field(default=None, sa_type=Text)
    proposed_by: str = Field(sa_type=Text)
    proposal_hash: str = Field(sa_type=Text)
    needed_level: str = Field(sa_type=Text)
    part: str | None = Field(default=None, sa_type=Text)
    on_behalf_of: str | None = Field(default=None, sa_type=Text)
    authority: dict[str, Any] = Field(sa_type=JSONB)
    verdicts: list[dict[str, Any]] = Field(sa_type=JSONB)
    inputs: dict[str, Any] = Field(sa_type=JSONB)
    reasons: str | None = Field(default=None, sa_type=EncryptedText("approval.reasons"))
    decided_at: datetime = Field(sa_type=INSTANT)
