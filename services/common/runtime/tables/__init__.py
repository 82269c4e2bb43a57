"""The tables every service carries in its own database for the plumbing: outbox, inbox, obligations, tasks, audit …

Each service builds them on its own metadata, so that five services can each have an `outbox`.
"""

from dataclasses import dataclass

from sqlalchemy import MetaData, Table

from services.common.runtime.tables.arriving import (
    consumer_position_table,
    held_message_table,
    inbox_stream_table,
    inbox_table,
)
from services.common.runtime.tables.columns import INSTANT, NAMING
from services.common.runtime.tables.leaving import event_stream_table, outbox_table, relay_lease_table
from services.common.runtime.tables.record import audit_entry_table, command_log_table, step_table
from services.common.runtime.tables.work import obligation_table, task_table

__all__ = ["INSTANT", "NAMING", "RuntimeTables", "runtime_tables"]


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
        outbox=outbox_table(metadata),
        event_stream=event_stream_table(metadata),
        inbox=inbox_table(metadata),
        inbox_stream=inbox_stream_table(metadata),
        held_message=held_message_table(metadata),
        consumer_position=consumer_position_table(metadata),
        obligation=obligation_table(metadata),
        task=task_table(metadata),
        command_log=command_log_table(metadata),
        step=step_table(metadata),
        audit_entry=audit_entry_table(metadata),
        relay_lease=relay_lease_table(metadata),
    )
