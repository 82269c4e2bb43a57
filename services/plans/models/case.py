"""Tables: the copy of a case, its negotiation rounds, and statements of means."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, Uuid
from sqlmodel import Field

from services.common.runtime.encryption import EncryptedText
from services.common.runtime.tables import INSTANT
from services.plans.domain.affordability import AffordabilityResult
from services.plans.models.base import AMOUNT, PlansTable, one_of
from services.plans.vocabulary import EndReason, Outcome, Phase


class PlanCase(PlansTable, table=True):
    """What plans knows of a case, copied from intake's events. Its row is the lock of everything about the case."""

    __tablename__ = "plan_case"
    __table_args__ = (Index("ix_plan_case_borrower_id", "borrower_id"),)

    case_id: UUID = Field(primary_key=True, sa_type=Uuid)
    borrower_id: UUID = Field(sa_type=Uuid)
    account_ref: str = Field(sa_type=Text)
    pack: str = Field(sa_type=Text)
    product: str = Field(sa_type=Text)
    currency: str = Field(sa_type=Text)
    days_past_due: int
    language: str = Field(sa_type=Text)
    round: int
    closed_at: datetime | None = Field(default=None, sa_type=INSTANT)


class JointDebtor(PlansTable, table=True):
    """Somebody who owes the debt of a case beside its borrower. It may be heard of before the case is triaged."""

    __tablename__ = "joint_debtor"

    case_id: UUID = Field(primary_key=True, sa_type=Uuid)
    party_id: UUID = Field(primary_key=True, sa_type=Uuid)


class CaseDisclosure(PlansTable, table=True):
    """How much of what a borrower must be told about a case is open, by contact. Heard of before the case is, maybe."""

    __tablename__ = "case_disclosure"

    case_id: UUID = Field(primary_key=True, sa_type=Uuid)
    open: int


class Hold(PlansTable, table=True):
    """A hold of intake on a person under which nobody makes new terms. Why is not known here."""

    __tablename__ = "hold"
    __table_args__ = (Index("ix_hold_borrower_id", "borrower_id"),)

    hold_id: UUID = Field(primary_key=True, sa_type=Uuid)
    borrower_id: UUID = Field(sa_type=Uuid)
    starts_at: datetime = Field(sa_type=INSTANT)
    ends_at: datetime | None = Field(default=None, sa_type=INSTANT)


class Negotiation(PlansTable, table=True):
    """One round of a case: what it waits for, and how it ended. `outcome` and `reason` come with the phase `ended`."""

    __tablename__ = "negotiation"
    __table_args__ = (
        one_of("phase", Phase),
        one_of("outcome", Outcome),
        one_of("reason", EndReason),
        CheckConstraint("(phase = 'ended') = (outcome IS NOT NULL)", name="ended"),
        CheckConstraint("(outcome = 'active') = (agreement_id IS NOT NULL)", name="agreement"),
    )

    case_id: UUID = Field(primary_key=True, sa_type=Uuid)
    round: int = Field(primary_key=True)
    phase: Phase = Field(sa_type=Text)
    request_id: UUID | None = Field(default=None, sa_type=Uuid)
    request_type: str | None = Field(default=None, sa_type=Text)
    outcome: Outcome | None = Field(default=None, sa_type=Text)
    reason: EndReason | None = Field(default=None, sa_type=Text)
    agreement_id: UUID | None = Field(default=None, sa_type=Uuid)
    opened_at: datetime = Field(sa_type=INSTANT)
    ended_at: datetime | None = Field(default=None, sa_type=INSTANT)


class StatementOfMeansRow(PlansTable, table=True):
    """One statement of means with its assessment. `items` is the statement as JSON; the amounts are monthly.

    `advised_at`: when the borrower was referred to debt advice, because nothing is left for instalments.
    """

    __tablename__ = "statement_of_means"
    __table_args__ = (
        one_of("result", AffordabilityResult),
        UniqueConstraint("case_id", "round"),
        CheckConstraint("own_share >= 0", name="own_share"),
    )

    assessment_id: UUID = Field(primary_key=True, sa_type=Uuid)
    case_id: UUID = Field(sa_type=Uuid)
    borrower_id: UUID = Field(sa_type=Uuid)
    round: int
    currency: str = Field(sa_type=Text)
    items: str = Field(sa_type=EncryptedText("statement_of_means.items"))
    hardship_reason: str = Field(sa_type=EncryptedText("statement_of_means.hardship_reason"))
    willing: bool
    result: AffordabilityResult = Field(sa_type=Text)
    surplus: Decimal = Field(sa_type=AMOUNT)
    usable: Decimal = Field(sa_type=AMOUNT)
    own_share: Decimal = Field(sa_type=AMOUNT)
    policy_version: str = Field(sa_type=Text)
    taken_by: str = Field(sa_type=Text)
    taken_at: datetime = Field(sa_type=INSTANT)
    advised_at: datetime | None = Field(default=None, sa_type=INSTANT)
