"""Tables: what people record about a case."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Column, Index, Text
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
    """Why the borrower cannot pay and what they ask for. Cause and words never leave this table but by its API."""

    __tablename__ = "relief_request"
    __table_args__ = (Index("ix_relief_request_case_id", "case_id", "number", unique=True),)
    request_id: UUID = Field(primary_key=True)
    case_id: UUID = Field(foreign_key="collections_case.case_id")
    number: int
    round: int
    cause: str = Field(sa_column=Column(EncryptedText("relief_request.cause"), nullable=False))
    own_words: str = Field(sa_column=Column(EncryptedText("relief_request.own_words"), nullable=False))
    request_type: str = Field(sa_type=Text)
    amount: Decimal | None = Field(default=None, sa_column=amount(nullable=True))
    months: int | None = None
    source: str = Field(sa_type=Text)
    at: datetime = Field(sa_column=instant())
    actor: str = Field(sa_type=Text)
