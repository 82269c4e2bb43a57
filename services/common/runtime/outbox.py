"""Rows of the outbox: events for Kafka, starts and nudges for Temporal. Written only inside a unit of work."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import orjson

from services.common.contracts.envelope import Event, EventPayload, source_of
from services.common.contracts.workflows import LOOK, Message
from services.common.runtime.sql import Sql

if TYPE_CHECKING:
    from services.common.runtime.database import Database
    from services.common.runtime.unit_of_work import UnitOfWork


# These two run for nearly everything that happens, so each is one statement with nothing to build in Python.
# The version of an event is only known in the database, so its headers are completed there.
EVENT = Sql(
    """
    WITH bumped AS (
        INSERT INTO event_stream (source, subject, version) VALUES (:source, :subject, 1)
        ON CONFLICT (source, subject) DO UPDATE SET version = event_stream.version + 1 RETURNING version
    )
    INSERT INTO outbox (sink, kind, target, key, name, case_id, headers, body, created_at)
    SELECT 'kafka', 'event', :topic, :subject, :type, :case_id,
        CAST(:headers AS jsonb)
            || jsonb_build_object('ce_id', CAST(:subject AS text) || '/' || version, 'ce_caseversion', version::text),
        :body, clock_timestamp()
    FROM bumped
    """
)
WORKFLOW = Sql(
    """
    INSERT INTO outbox (sink, kind, target, key, name, case_id, headers, body, created_at)
    VALUES ('temporal', :kind, :queue, :workflow_id, :name, :case_id, '{}', :body, clock_timestamp())
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


async def add_event(uow: UnitOfWork, payload: EventPayload) -> None:
    """Write the event with the next version of its (source, subject); the stream row orders concurrent writers."""
    source = source_of(uow.service, payload.topic)
    subject = payload.key()
    body = payload.model_dump_json().encode()
    event = Event("", source, payload.type, subject, uow.now(), body, correlation_id=uow.caller.correlation_id)
    await EVENT.run(
        uow.session,
        {
            "source": source,
            "subject": subject,
            "topic": payload.topic,
            "type": payload.type,
            "case_id": getattr(payload, "case_id", None),
            "headers": orjson.dumps(event.headers()).decode(),
            "body": body,
        },
    )


async def add_start(
    uow: UnitOfWork, workflow: str, queue: str, workflow_id: str, argument: Message, case_id: UUID
) -> None:
    """Write the start of `workflow` on `queue`."""
    await _add_workflow(uow, "start", queue, workflow_id, workflow, case_id, argument.model_dump_json().encode())


async def add_nudge(uow: UnitOfWork, workflow_id: str, case_id: UUID | None) -> None:
    """Write a signal without facts to one of the service's own workflows."""
    await _add_workflow(uow, "nudge", uow.service, workflow_id, LOOK, case_id, b"")


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


async def _add_workflow(
    uow: UnitOfWork, kind: str, queue: str, workflow_id: str, name: str, case_id: UUID | None, body: bytes
) -> None:
    values = {"kind": kind, "queue": queue, "workflow_id": workflow_id, "name": name, "case_id": case_id, "body": body}
    await WORKFLOW.run(uow.session, values)
