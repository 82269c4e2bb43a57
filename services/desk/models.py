"""Tables of desk: what waits for a person, as said by the services that own the decisions. No personal data."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, MetaData, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from services.common.runtime.tables import INSTANT, NAMING, runtime_tables


class DeskTable(SQLModel, registry=registry()):
    """Base of the tables of this service."""

    metadata = MetaData(naming_convention=NAMING)


class WorkItem(DeskTable, table=True):
    """One task of another service, and who has taken it here. `version` counts changes of who has it."""

    __tablename__ = "work_item"
    __table_args__ = (
        CheckConstraint("(claimed_by IS NULL) = (claimed_at IS NULL)", name="claimed"),
        CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", name="closed"),
        Index("ix_work_item_open", "deadline", "task_id", postgresql_where=text("closed_at IS NULL")),
        Index("ix_work_item_claimed_by", "claimed_by", postgresql_where=text("closed_at IS NULL")),
        Index("ix_work_item_case_id", "case_id"),
    )

    task_id: UUID = Field(primary_key=True, sa_type=Uuid)
    case_id: UUID = Field(sa_type=Uuid)
    kind: str = Field(sa_type=Text)
    service: str = Field(sa_type=Text)
    decide_path: str = Field(sa_type=Text)
    needs_role: str = Field(sa_type=Text)
    needs_level: str | None = Field(default=None, sa_type=Text)
    excluded: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    offered_to: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False, server_default="{}"))
    reason: str = Field(sa_type=Text)
    reminded_at: datetime | None = Field(default=None, sa_type=INSTANT)
    opened_at: datetime = Field(sa_type=INSTANT)
    deadline: datetime = Field(sa_type=INSTANT)
    claimed_by: str | None = Field(default=None, sa_type=Text)
    claimed_at: datetime | None = Field(default=None, sa_type=INSTANT)
    closed_at: datetime | None = Field(default=None, sa_type=INSTANT)
    closed_by: str | None = Field(default=None, sa_type=Text)
    outcome: str | None = Field(default=None, sa_type=Text)
    version: int = 1


class ClosedCase(DeskTable, table=True):
    """A case that has ended: a task of it that is heard of later is not shown any more."""

    __tablename__ = "closed_case"

    case_id: UUID = Field(primary_key=True, sa_type=Uuid)
    closed_at: datetime = Field(sa_type=INSTANT)


METADATA = DeskTable.metadata
TABLES = runtime_tables(METADATA)
