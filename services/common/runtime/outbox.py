"""Rows of the outbox: events for Kafka, starts and nudges for Temporal. Written only inside a unit of work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import insert as plain_insert
from sqlalchemy import literal_column
from sqlalchemy.dialects.postgresql import insert

from services.common.contracts.envelope import Event, EventPayload, source_of
from services.common.contracts.workflows import LOOK, Message

if TYPE_CHECKING:
    from services.common.runtime.unit_of_work import UnitOfWork


async def add_event(uow: UnitOfWork, payload: EventPayload) -> None:
    """Write the event with the next version of its (source, subject); the stream row orders concurrent writers."""
    source = source_of(uow.service, payload.topic)
    subject = payload.key()
    stream = uow.tables.event_stream
    bump = insert(stream).values(source=source, subject=subject, version=1)
    version: int = (
        await uow.session.execute(
            bump.on_conflict_do_update(
                index_elements=[stream.c.source, stream.c.subject], set_={"version": stream.c.version + 1}
            ).returning(stream.c.version)
        )
    ).scalar_one()
    event = Event(
        id=f"{subject}/{version}",
        source=source,
        type=payload.type,
        subject=subject,
        time=uow.now(),
        body=payload.model_dump_json().encode(),
        version=version,
        correlation_id=uow.caller.correlation_id,
    )
    await _add(
        uow,
        sink="kafka",
        kind="event",
        target=payload.topic,
        key=subject,
        name=payload.type,
        case_id=getattr(payload, "case_id", None),
        headers=event.headers(),
        body=event.body,
    )


async def add_start(
    uow: UnitOfWork, workflow: str, queue: str, workflow_id: str, argument: Message, case_id: UUID
) -> None:
    """Write the start of `workflow` on `queue`."""
    await _add(
        uow,
        sink="temporal",
        kind="start",
        target=queue,
        key=workflow_id,
        name=workflow,
        case_id=case_id,
        headers={},
        body=argument.model_dump_json().encode(),
    )


async def add_nudge(uow: UnitOfWork, workflow_id: str, case_id: UUID | None) -> None:
    """Write a signal without facts to one of the service's own workflows."""
    await _add(
        uow,
        sink="temporal",
        kind="nudge",
        target=uow.service,
        key=workflow_id,
        name=LOOK,
        case_id=case_id,
        headers={},
        body=b"",
    )


async def nudge_overdue(uow: UnitOfWork, before: Any, again_before: Any) -> int:
    """Write a nudge for each workflow with an obligation due at `before`, and not nudged since `again_before`."""
    obligation = uow.tables.obligation
    overdue = (
        obligation.update()
        .where(
            obligation.c.state == "open",
            obligation.c.owner == "workflow",
            obligation.c.due_at <= before,
            (obligation.c.nudged_at.is_(None)) | (obligation.c.nudged_at <= again_before),
        )
        .values(nudged_at=uow.now())
        .returning(obligation.c.workflow_id, obligation.c.case_id)
    )
    found = {(row.workflow_id, row.case_id) for row in await uow.session.execute(overdue)}
    for workflow_id, case_id in sorted(found, key=str):
        await uow.nudge(workflow_id, case_id)
    return len(found)


async def _add(uow: UnitOfWork, **row: Any) -> None:
    await uow.session.execute(
        plain_insert(uow.tables.outbox).values(created_at=literal_column("clock_timestamp()"), **row)
    )
