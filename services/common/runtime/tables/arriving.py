"""Tables of what arrives at a service: events taken in, streams, messages held back, and how far it has read."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.common.runtime.tables.columns import INSTANT


def inbox_table(metadata: MetaData) -> Table:
    return Table(
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
    )


def inbox_stream_table(metadata: MetaData) -> Table:
    return Table(
        "inbox_stream",
        metadata,
        Column("source", Text, nullable=False),
        Column("subject", Text, nullable=False),
        Column("version", Integer, nullable=False),
        PrimaryKeyConstraint("source", "subject"),
    )


def held_message_table(metadata: MetaData) -> Table:
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


def consumer_position_table(metadata: MetaData) -> Table:
    return Table(
        "consumer_position",
        metadata,
        Column("topic", Text, nullable=False),
        Column("partition", Integer, nullable=False),
        Column("next_offset", BigInteger, nullable=False),
        Column("beat_at", INSTANT),
        PrimaryKeyConstraint("topic", "partition"),
    )
