"""Rows of the outbox: events for Kafka, starts and nudges for Temporal. Written only as a unit of work commits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from services.common.contracts.envelope import Event, EventPayload, source_of
from services.common.contracts.workflows import LOOK, Message
from services.common.runtime.audit import Entry
from services.common.runtime.caller import Caller
from services.common.runtime.sql import Sql

if TYPE_CHECKING:
    from services.common.runtime.database import Database

# What a transaction leaves behind is one statement, just before its commit: rows of the outbox in the order in which
# they were left, and audit entries. The version of an event is only known in the database, so its headers are completed
# there; everybody takes the rows of the streams in one order, and holds them only for the moment of the commit.
WRITE = Sql(
    """
    WITH said AS (
        SELECT * FROM unnest(
            CAST(:places AS int[]), CAST(:sinks AS text[]), CAST(:kinds AS text[]), CAST(:targets AS text[]),
            CAST(:keys AS text[]), CAST(:names AS text[]), CAST(:case_ids AS uuid[]), CAST(:headers AS text[]),
            CAST(:bodies AS bytea[]), CAST(:sources AS text[])
        ) AS row (place, sink, kind, target, key, name, case_id, headers, body, source)
    ), bumped AS (
        INSERT INTO event_stream (source, subject, version)
        SELECT source, key, count(*) FROM said WHERE kind = 'event' GROUP BY source, key ORDER BY source, key
        ON CONFLICT (source, subject) DO UPDATE SET version = event_stream.version + excluded.version
        RETURNING source, subject, version
    ), versioned AS (
        SELECT said.*, bumped.version - count(*) OVER stream + row_number() OVER (stream ORDER BY place) AS version
        FROM said LEFT JOIN bumped ON said.kind = 'event' AND bumped.source = said.source AND bumped.subject = said.key
        WINDOW stream AS (PARTITION BY said.kind, said.source, said.key)
    ), audited AS (
        INSERT INTO audit_entry
            (at, actor, acting_for, action, case_id, subject, before_hash, after_hash, correlation_id, detail)
        SELECT at, :actor, :acting_for, action, case_id, subject, before_hash, after_hash, :correlation_id,
            CAST(detail AS jsonb)
        FROM unnest(
            CAST(:ats AS timestamptz[]), CAST(:actions AS text[]), CAST(:audited_cases AS uuid[]),
            CAST(:subjects AS text[]), CAST(:before_hashes AS text[]), CAST(:after_hashes AS text[]),
            CAST(:details AS text[])
        ) AS entry (at, action, case_id, subject, before_hash, after_hash, detail)
    )
    INSERT INTO outbox (sink, kind, target, key, name, case_id, headers, body, created_at)
    SELECT sink, kind, target, key, name, case_id,
        CASE WHEN kind = 'event' THEN CAST(headers AS jsonb)
            || jsonb_build_object('ce_id', key || '/' || version, 'ce_caseversion', version::text)
            ELSE '{}'::jsonb END,
        body, clock_timestamp()
    FROM versioned ORDER BY place
    """
)


OVERDUE = Sql(
    """
    WITH overdue AS (
        UPDATE obligation SET nudged_at = :now
        WHERE state = 'open' AND owner = 'workflow' AND due_at <= :before
            AND (nudged_at IS NULL OR nudged_at <= :again_before)
        RETURNING workflow_id, case_id
    )
    INSERT INTO outbox (sink, kind, target, key, name, case_id, headers, body, created_at)
    SELECT 'temporal', 'nudge', CAST(:queue AS text), workflow_id, CAST(:name AS text), case_id,
        '{}'::jsonb, ''::bytea, clock_timestamp()
    FROM overdue GROUP BY workflow_id, case_id
    RETURNING id
    """
)


Sink = Literal["kafka", "temporal"]
SINKS: tuple[Sink, ...] = ("kafka", "temporal")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the outbox as a transaction leaves it."""

    kind: str
    target: str
    key: str
    name: str
    case_id: UUID | None
    body: bytes
    headers: str = "{}"
    source: str = ""

    @property
    def sink(self) -> Sink:
        """Where the relay delivers it."""
        return "kafka" if self.kind == "event" else "temporal"


def event_row(service: str, payload: EventPayload, now: datetime, caller: Caller) -> Row:
    """An event, to get the next version of its (source, subject)."""
    source = source_of(service, payload.topic)
    subject = payload.key()
    body = payload.model_dump_json().encode()
    event = Event("", source, payload.type, subject, now, body, correlation_id=caller.correlation_id)
    case_id: UUID | None = getattr(payload, "case_id", None)
    headers = orjson.dumps(event.headers()).decode()
    return Row("event", payload.topic, subject, payload.type, case_id, body, headers, source)


def start_row(workflow: str, queue: str, workflow_id: str, argument: Message, case_id: UUID) -> Row:
    """The start of `workflow` on `queue`."""
    return Row("start", queue, workflow_id, workflow, case_id, argument.model_dump_json().encode())


def nudge_row(service: str, workflow_id: str, case_id: UUID | None) -> Row:
    """A signal without facts to one of the service's own workflows."""
    return Row("nudge", service, workflow_id, LOOK, case_id, b"")


async def write(session: AsyncSession, caller: Caller, rows: Sequence[Row], entries: Sequence[Entry]) -> None:
    """Write what a transaction leaves behind."""
    await WRITE.run(
        session,
        {
            "places": list(range(len(rows))),
            "sinks": [row.sink for row in rows],
            "kinds": [row.kind for row in rows],
            "targets": [row.target for row in rows],
            "keys": [row.key for row in rows],
            "names": [row.name for row in rows],
            "case_ids": [row.case_id for row in rows],
            "headers": [row.headers for row in rows],
            "bodies": [row.body for row in rows],
            "sources": [row.source for row in rows],
            "actor": caller.subject,
            "acting_for": caller.acting_for,
            "correlation_id": caller.correlation_id,
            "ats": [entry.at for entry in entries],
            "actions": [entry.action for entry in entries],
            "audited_cases": [entry.case_id for entry in entries],
            "subjects": [entry.subject for entry in entries],
            "before_hashes": [entry.before_hash for entry in entries],
            "after_hashes": [entry.after_hash for entry in entries],
            "details": [entry.detail for entry in entries],
        },
    )


async def nudge_overdue(database: Database, now: datetime, before: datetime, again_before: datetime) -> int:
    """Leave a nudge for each workflow with an obligation due at `before`, and not nudged since `again_before`.

    Returns how many. Asked at each step of time and each second, so it is one statement, and a transaction by itself.
    """
    values = {
        "now": now,
        "before": before,
        "again_before": again_before,
        "queue": database.service,
        "name": LOOK,
    }
    async with database.read() as session:
        return len((await OVERDUE.run(session, values)).all())
