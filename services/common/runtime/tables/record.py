"""Tables of what was done: commands with their answers, steps with their results, and the audit."""

from sqlalchemy import BigInteger, Column, Identity, Index, MetaData, PrimaryKeyConstraint, Table, Text, Uuid, func
from sqlalchemy.dialects.postgresql import JSONB

from services.common.runtime.tables.columns import INSTANT


def command_log_table(metadata: MetaData) -> Table:
    return Table(
        "command_log",
        metadata,
        Column("scope", Text, nullable=False),
        Column("key", Text, nullable=False),
        Column("request_hash", Text, nullable=False),
        Column("answer", JSONB),
        Column("at", INSTANT, nullable=False, server_default=func.now()),
        PrimaryKeyConstraint("scope", "key"),
    )


def step_table(metadata: MetaData) -> Table:
    return Table(
        "step",
        metadata,
        Column("key", Text, primary_key=True),
        Column("result", JSONB, nullable=False),
        Column("at", INSTANT, nullable=False, server_default=func.now()),
    )


def audit_entry_table(metadata: MetaData) -> Table:
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
