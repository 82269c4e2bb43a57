"""Tables: events that wait for their turn."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, Identity, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.intake.models.base import IntakeTable, instant


class ParkedEvent(IntakeTable, table=True):
    """An event whose transition is not legal yet. `facts` are the columns of the case that it sets."""

    __tablename__ = "parked_event"
    __table_args__ = (Index("ix_parked_event_open", "case_id", "number", postgresql_where=text("settled_at IS NULL")),)
    number: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), nullable=False))
    source: str = Field(primary_key=True, sa_type=Text)
    event_id: str = Field(primary_key=True, sa_type=Text)
    case_id: UUID = Field(primary_key=True, foreign_key="collections_case.case_id")
    trigger: str = Field(sa_type=Text)
    facts: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    parked_at: datetime = Field(sa_column=instant())
    settled_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    outcome: str | None = Field(default=None, sa_type=Text)
