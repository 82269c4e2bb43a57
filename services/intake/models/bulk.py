"""Tables: jobs that hold many borrowers at once, whom they named, and whom they held."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Column, Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.common.runtime.encryption import EncryptedText
from services.intake.models.base import IntakeTable, instant


class BulkHold(IntakeTable, table=True):
    """A job. `after` is the last borrower of the batch that was committed last, in the direction of the state.

    `total` are the borrowers whom the selector found when it was placed, `accounts` how many accounts it names.
    """

    __tablename__ = "bulk_hold"
    __table_args__ = (
        CheckConstraint("state IN ('placing', 'placed', 'undoing', 'undone')", name="state"),
        CheckConstraint("0 <= lifted AND lifted <= placed", name="counts"),
        CheckConstraint("(state IN ('undoing', 'undone')) = (undone_by IS NOT NULL)", name="undone"),
        Index("ix_bulk_hold_starts_at", "starts_at", "bulk_id"),
    )
    bulk_id: UUID = Field(primary_key=True)
    kind: str = Field(sa_column=Column(EncryptedText("bulk_hold.kind"), nullable=False))
    reason: str = Field(sa_column=Column(EncryptedText("bulk_hold.reason"), nullable=False))
    blocks: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    selector: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    accounts: int | None = None
    starts_at: datetime = Field(sa_column=instant())
    ends_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    state: str = Field(sa_type=Text)
    total: int
    placed: int
    lifted: int
    after: UUID | None = None
    placed_by: str = Field(sa_type=Text)
    undone_by: str | None = Field(default=None, sa_type=Text)
    done_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    version: int


class BulkHoldAccount(IntakeTable, table=True):
    """An account that a job names."""

    __tablename__ = "bulk_hold_account"
    bulk_id: UUID = Field(primary_key=True, foreign_key="bulk_hold.bulk_id")
    account_ref: str = Field(primary_key=True, sa_type=Text)


class BulkHoldItem(IntakeTable, table=True):
    """A borrower whom a job holds, once."""

    __tablename__ = "bulk_hold_item"
    bulk_id: UUID = Field(primary_key=True, foreign_key="bulk_hold.bulk_id")
    borrower_id: UUID = Field(primary_key=True)
    case_id: UUID
    hold_id: UUID = Field(foreign_key="hold.hold_id")
    lifted_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
