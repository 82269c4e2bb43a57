"""The tables every service carries in its own database for the plumbing: outbox, inbox, obligations, tasks, audit …

Each service builds them on its own metadata, so that five services can each have an `outbox`.
"""

from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

INSTANT = DateTime(timezone=True)

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


@dataclass(frozen=True, slots=True)
class RuntimeTables:
    """The plumbing tables of one service."""

    outbox: Table
    event_stream: Table
    inbox: Table
    inbox_stream: Table
    held_message: Table
    consumer_position: Table
    obligation: Table
    task: Table
    command_log: Table
    step: Table
    audit_entry: Table
    relay_lease: Table


def runtime_tables(metadata: MetaData) -> RuntimeTables:
    """Add the plumbing tables to `metadata` and return them."""
    return RuntimeTables(
        outbox=_outbox(metadata),
        event_stream=Table(
            "event_stream",
            metadata,
            Column("source", Text, nullable=False),
            Column("subject", Text, nullable=False),
            Column("version", Integer, nullable=False),
            PrimaryKeyConstraint("source", "subject"),
        ),
        inbox=Table(
            "inbox",
            metadata,
            Column("source", Text, nullable=False),
            Column("event_id", Text, nullable=False),
            Column("type", Text, nullable=False),
            Column("subject", Text, nullable=False),
            Column("version", Integer),
            Column("payload_hash", Text, nullable=False),
            Column("received_at", INSTANT, nullable=False, server_default=func.now()),
            PrimaryKeyConstraint("source", "event_id"),
        ),
        inbox_stream=Table(
            "inbox_stream",
            metadata,
            Column("source", Text, nullable=False),
            Column("subject", Text, nullable=False),
            Column("version", Integer, nullable=False),
            PrimaryKeyConstraint("source", "subject"),
        ),
        held_message=_held_message(metadata),
        consumer_position=Table(
            "consumer_position",
            metadata,
            Column("topic", Text, nullable=False),
            Column("partition", Integer, nullable=False),
            Column("next_offset", BigInteger, nullable=False),
            Column("beat_at", INSTANT),
            PrimaryKeyConstraint("topic", "partition"),
        ),
        obligation=_obligation(metadata),
        task=_task(metadata),
        command_log=Table(
            "command_log",
            metadata,
            Column("scope", Text, nullable=False),
            Column("key", Text, nullable=False),
            Column("request_hash", Text, nullable=False),
            Column("answer", JSONB),
            Column("at", INSTANT, nullable=False, server_default=func.now()),
            PrimaryKeyConstraint("scope", "key"),
        ),
        step=Table(
            "step",
            metadata,
            Column("key", Text, primary_key=True),
            Column("result", JSONB, nullable=False),
            Column("at", INSTANT, nullable=False, server_default=func.now()),
        ),
        audit_entry=_audit_entry(metadata),
        relay_lease=Table(
            "relay_lease",
            metadata,
            Column("name", Text, primary_key=True),
            Column("holder", Text, nullable=False),
            Column("epoch", BigInteger, nullable=False),
            Column("expires_at", INSTANT, nullable=False),
        ),
    )


def _outbox(metadata: MetaData) -> Table:
    return Table(
        "outbox",
        metadata,
        Column("id", BigInteger, Identity(always=True), primary_key=True),
        Column("sink", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("target", Text, nullable=False),
        Column("key", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("case_id", Uuid),
        Column("headers", JSONB, nullable=False),
        Column("body", LargeBinary, nullable=False),
        Column("created_at", INSTANT, nullable=False, server_default=func.now()),
        Column("published_at", INSTANT),
        Column("attempts", Integer, nullable=False, server_default=text("0")),
        Column("last_error", Text),
        CheckConstraint("(sink = 'kafka') = (kind = 'event') AND kind IN ('event', 'start', 'nudge')", name="kind"),
        Index("ix_outbox_waiting", "sink", "id", postgresql_where=text("published_at IS NULL")),
        Index("ix_outbox_created_at", "created_at"),
        Index("ix_outbox_case_id", "case_id"),
    )


def _held_message(metadata: MetaData) -> Table:
    return Table(
        "held_message",
        metadata,
        Column("id", BigInteger, Identity(always=True), primary_key=True),
        Column("identity", Text, nullable=False),
        Column("status", Text, nullable=False),
        Column("reason", Text, nullable=False),
        Column("source", Text),
        Column("event_id", Text),
        Column("type", Text),
        Column("subject", Text),
        Column("version", Integer),
        Column("topic", Text, nullable=False),
        Column("partition", Integer, nullable=False),
        Column("key", Text),
        Column("headers", JSONB, nullable=False),
        Column("body", LargeBinary),
        Column("held_at", INSTANT, nullable=False, server_default=func.now()),
        Column("resolved_at", INSTANT),
        Column("resolved_by", Text),
        UniqueConstraint("identity"),
        CheckConstraint("status IN ('dead', 'waiting', 'applied', 'discarded')", name="status"),
        Index(
            "ix_held_message_open",
            "topic",
            "key",
            postgresql_where=text("status IN ('dead', 'waiting')"),
        ),
    )


def _obligation(metadata: MetaData) -> Table:
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


def _task(metadata: MetaData) -> Table:
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


def _audit_entry(metadata: MetaData) -> Table:
    return Table(
        "audit_entry",
        metadata,
        Column("id", BigInteger, Identity(always=True), primary_key=True),
        Column("at", INSTANT, nullable=False),
        Column("actor", Text, nullable=False),
        Column("acting_for", Text),
        Column("action", Text, nullable=False),
        Column("case_id", Uuid),
        Column("subject", Text, nullable=False),
        Column("before_hash", Text),
        Column("after_hash", Text),
        Column("correlation_id", Text, nullable=False),
        Column("detail", JSONB, nullable=False),
        Index("ix_audit_entry_case_id", "case_id"),
    )
