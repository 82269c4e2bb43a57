"""Tables of work that is waited for: obligations with their instants, and tasks of people."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Identity,
    Index,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.common.runtime.tables.columns import INSTANT


def obligation_table(metadata: MetaData) -> Table:
    return Table(
        "obligation",
        metadata,
        Column("id", BigInteger, Identity(always=True), primary_key=True),
        Column("case_id", Uuid, nullable=False),
        Column("kind", Text, nullable=False),
        Column("ref", Text, nullable=False),
        Column("owner", Text, nullable=False),
        Column("workflow_id", Text),
        Column("due_at", INSTANT, nullable=False),
        Column("state", Text, nullable=False, server_default=text("'open'")),
        Column("opened_at", INSTANT, nullable=False),
        Column("closed_at", INSTANT),
        Column("nudged_at", INSTANT),
        CheckConstraint("owner IN ('workflow', 'person', 'outside')", name="owner"),
        CheckConstraint("state IN ('open', 'met', 'cancelled')", name="state"),
        CheckConstraint("owner <> 'workflow' OR workflow_id IS NOT NULL", name="workflow"),
        Index(
            "ix_obligation_open",
            "kind",
            "ref",
            unique=True,
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_obligation_due_at", "due_at", postgresql_where=text("state = 'open'")),
        Index("ix_obligation_case_id", "case_id"),
    )


def task_table(metadata: MetaData) -> Table:
    return Table(
        "task",
        metadata,
        Column("task_id", Uuid, primary_key=True),
        Column("case_id", Uuid, nullable=False),
        Column("kind", Text, nullable=False),
        Column("ref", Text, nullable=False),
        Column("workflow_id", Text),
        Column("needs_role", Text, nullable=False),
        Column("needs_level", Text),
        Column("excluded", JSONB, nullable=False),
        Column("reason", Text, nullable=False),
        Column("decide_path", Text, nullable=False),
        Column("opened_at", INSTANT, nullable=False),
        Column("deadline", INSTANT, nullable=False),
        Column("outcome", Text),
        Column("closed_by", Text),
        Column("closed_at", INSTANT),
        UniqueConstraint("kind", "ref"),
        Index("ix_task_case_id", "case_id"),
    )
