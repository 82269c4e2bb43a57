"""Tables: the intake form."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Text
from sqlmodel import Field

from services.common.runtime.encryption import EncryptedText
from services.intake.models.base import IntakeTable, instant


class FormEntry(IntakeTable, table=True):
    """What somebody said for a field of the form, numbered from 1 (append-only): the old value stays beside the new.

    `contradicts`: the core had something else when it was said, and somebody was asked to ask.
    """

    __tablename__ = "form_entry"
    __table_args__ = (CheckConstraint("source IN ('borrower', 'third_party', 'core')", name="source"),)
    case_id: UUID = Field(primary_key=True, foreign_key="collections_case.case_id")
    field: str = Field(primary_key=True, sa_type=Text)
    number: int = Field(primary_key=True)
    value: str = Field(sa_column=Column(EncryptedText("form_entry.value"), nullable=False))
    source: str = Field(sa_type=Text)
    as_of: date
    contradicts: bool
    at: datetime = Field(sa_column=instant())
    actor: str = Field(sa_type=Text)
