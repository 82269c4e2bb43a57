"""Tables: cases, the law of their states, their steps and who answers for them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Column,
    Index,
    Text,
    text,
)
from sqlmodel import Field

from services.intake.models.base import IntakeTable, amount, instant

OPEN = "state <> 'CLOSED'"


class CaseTransition(IntakeTable, table=True):
    """One legal change of state; a trigger of the database reads it."""

    __tablename__ = "case_transition"
    source: str = Field(primary_key=True, sa_type=Text)
    trigger: str = Field(primary_key=True, sa_type=Text)
    target: str = Field(sa_type=Text)


class CollectionsCase(IntakeTable, table=True):
    """A case. `version` counts all changes (the ETag), `state_version` the steps of the state machine from 1 on.

    `moved_by` is the trigger of the last step. `awaited` are the states the waiting workflow is to be nudged at,
    `attention` the open task about a case that stood still too long, `parked` how many events wait for their turn.
    """

    __tablename__ = "collections_case"
    __table_args__ = (
        CheckConstraint("origin IN ('bank', 'borrower', 'file')", name="origin"),
        CheckConstraint("arrears >= 0 AND balance >= 0", name="amounts"),
        CheckConstraint("(state = 'CLOSED') = (closed_at IS NOT NULL)", name="closed"),
        Index("ix_collections_case_open", "borrower_id", "account_ref", unique=True, postgresql_where=text(OPEN)),
        Index("ix_collections_case_pair", "borrower_id", "account_ref", "sequence", unique=True),
        Index("ix_collections_case_account_ref", "account_ref", postgresql_where=text(OPEN)),
        Index("ix_collections_case_opened_at", "opened_at", "case_id"),
        Index("ix_collections_case_assignee", "assignee", "opened_at", "case_id"),
        Index("ix_collections_case_state", "state", "opened_at", "case_id"),
    )
    case_id: UUID = Field(primary_key=True)
    borrower_id: UUID = Field(foreign_key="borrower.borrower_id")
    account_ref: str = Field(sa_type=Text)
    sequence: int
    previous_case_id: UUID | None = None
    origin: Literal["bank", "borrower", "file"] = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    state_version: int
    moved_by: str = Field(sa_type=Text)
    version: int
    declared_pack: str | None = Field(default=None, sa_type=Text)
    pack: str | None = Field(default=None, sa_type=Text)
    pack_version: str | None = Field(default=None, sa_type=Text)
    treatment: str | None = Field(default=None, sa_type=Text)
    contactable: bool = False
    product: str = Field(sa_type=Text)
    portfolio: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": ""})
    currency: str = Field(sa_type=Text)
    arrears: Decimal = Field(sa_column=amount())
    balance: Decimal = Field(sa_column=amount())
    oldest_unpaid_due_date: date | None = None
    limitation_from: date | None = None
    facts_as_of: date
    facts_source: str = Field(sa_type=Text)
    days_past_due: int
    bucket: str = Field(sa_type=Text)
    language: Literal["zh", "en"] = Field(sa_type=Text)
    round: int
    agreement_id: UUID | None = None
    plan_ends_on: date | None = None
    assignee: str | None = Field(default=None, sa_type=Text)
    awaited: list[str] | None = Field(default=None, sa_column=Column(ARRAY(Text)))
    attention: str | None = Field(default=None, sa_type=Text)
    parked: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    opened_at: datetime = Field(sa_column=instant())
    changed_at: datetime = Field(sa_column=instant())
    closed_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))


class CaseHistory(IntakeTable, table=True):
    """One step of a case; the first has no `from_state`. `event_id` names the event that was its trigger."""

    __tablename__ = "case_history"
    case_id: UUID = Field(primary_key=True, foreign_key="collections_case.case_id")
    state_version: int = Field(primary_key=True)
    from_state: str | None = Field(default=None, sa_type=Text)
    to_state: str = Field(sa_type=Text)
    trigger: str = Field(sa_type=Text)
    at: datetime = Field(sa_column=instant())
    actor: str = Field(sa_type=Text)
    event_id: str = Field(sa_type=Text)


class Assignment(IntakeTable, table=True):
    """Who answered for a case from when on; named by the version of the case that it made."""

    __tablename__ = "assignment"
    case_id: UUID = Field(primary_key=True, foreign_key="collections_case.case_id")
    version: int = Field(primary_key=True)
    assignee: str = Field(sa_type=Text)
    at: datetime = Field(sa_column=instant())
    actor: str = Field(sa_type=Text)
