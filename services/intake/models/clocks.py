"""Tables: statutory clocks."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, text
from sqlmodel import Field

from services.intake.models.base import IntakeTable, instant


class StatutoryClock(IntakeTable, table=True):
    """What the law gives us to do about a request, by when. Days are those of the borrower's zone.

    `met_by` is the event or the person that met it; what is met late was breached before.
    """

    __tablename__ = "statutory_clock"
    __table_args__ = (
        CheckConstraint("due_on >= started_on AND warn_on <= due_on", name="days"),
        CheckConstraint("(met_at IS NULL) = (met_by IS NULL)", name="met"),
        Index("ix_statutory_clock_case_id", "case_id"),
        Index("ix_statutory_clock_open", "case_id", "kind", postgresql_where=text("met_at IS NULL")),
    )
    clock_id: UUID = Field(primary_key=True)
    case_id: UUID = Field(foreign_key="collections_case.case_id")
    request_id: UUID | None = Field(default=None, foreign_key="relief_request.request_id")
    kind: str = Field(sa_type=Text)
    rule_id: str = Field(sa_type=Text)
    pack_version: str = Field(sa_type=Text)
    zone: str = Field(sa_type=Text)
    started_on: date
    due_on: date
    warn_on: date
    asked_on: date | None = None
    answered_on: date | None = None
    warned_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    breached_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    met_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    met_by: str | None = Field(default=None, sa_type=Text)
