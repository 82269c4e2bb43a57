"""Tables: what people record about a case."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, Text, text
from sqlmodel import Field

from services.common.runtime.encryption import EncryptedText
from services.intake.models.base import IntakeTable, amount, instant


class Note(IntakeTable, table=True):
    """What somebody wrote down about a case."""

    __tablename__ = "note"
    __table_args__ = (Index("ix_note_case_id", "case_id", "at", "note_id"),)
    note_id: UUID = Field(primary_key=True)
    case_id: UUID = Field(foreign_key="collections_case.case_id")
    text: str = Field(sa_column=Column(EncryptedText("note.text"), nullable=False))
    at: datetime = Field(sa_column=instant())
    actor: str = Field(sa_type=Text)


class ReliefRequest(IntakeTable, table=True):
    """Why the borrower cannot pay and what they ask for. Cause and words never leave this table but by its API.

    `agent_fee`: what somebody who asks for the borrower takes for it, None where nobody does.
    `taken_up`: assessment follows from it; a request that comes before the case is in conversation waits for that.
    """

    __tablename__ = "relief_request"
    __table_args__ = (
        CheckConstraint("state IN ('submitted', 'complete', 'withdrawn', 'declined')", name="state"),
        CheckConstraint("agent_fee IN ('none', 'charged', 'not_said')", name="agent_fee"),
        CheckConstraint("(state = 'declined') = (reasons IS NOT NULL)", name="declined"),
        Index("ix_relief_request_case_id", "case_id", "number", unique=True),
        Index("ix_relief_request_waiting", "case_id", postgresql_where=text("NOT taken_up")),
    )
    request_id: UUID = Field(primary_key=True)
    case_id: UUID = Field(foreign_key="collections_case.case_id")
    number: int
    round: int
    cause: str = Field(sa_column=Column(EncryptedText("relief_request.cause"), nullable=False))
    own_words: str = Field(sa_column=Column(EncryptedText("relief_request.own_words"), nullable=False))
    request_type: str = Field(sa_type=Text)
    amount: Decimal | None = Field(default=None, sa_column=amount(nullable=True))
    months: int | None = None
    lenders: int | None = None
    source: str = Field(sa_type=Text)
    agent_fee: str | None = Field(default=None, sa_type=Text)
    channel: str = Field(default="written", sa_type=Text, sa_column_kwargs={"server_default": "written"})
    state: str = Field(default="submitted", sa_type=Text, sa_column_kwargs={"server_default": "submitted"})
    taken_up: bool = Field(default=True, sa_column_kwargs={"server_default": text("true")})
    reason_code: str | None = Field(default=None, sa_type=Text)
    reasons: str | None = Field(default=None, sa_column=Column(EncryptedText("relief_request.reasons"), nullable=True))
    decided_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    decided_by: str | None = Field(default=None, sa_type=Text)
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    at: datetime = Field(sa_column=instant())
    actor: str = Field(sa_type=Text)
