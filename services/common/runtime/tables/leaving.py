"""Tables of what leaves a service: the outbox, the versions of its streams, and who relays."""

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
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.common.runtime.tables.columns import INSTANT


def outbox_table(metadata: MetaData) -> Table:
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


def event_stream_table(metadata: MetaData) -> Table:
    return Table(
        "event_stream",
        metadata,
        Column("source", Text, nullable=False),
        Column("subject", Text, nullable=False),
        Column("version", Integer, nullable=False),
        PrimaryKeyConstraint("source", "subject"),
    )


def relay_lease_table(metadata: MetaData) -> Table:
    return Table(
        "relay_lease",
        metadata,
        Column("name", Text, primary_key=True),
        Column("holder", Text, nullable=False),
        Column("epoch", BigInteger, nullable=False),
        Column("expires_at", INSTANT, nullable=False),
    )
