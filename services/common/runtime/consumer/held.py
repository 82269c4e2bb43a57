"""Messages that could not be applied: dead ones with a reason, and those that wait behind one or for a missing one."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Row, func, select, update
from sqlalchemy.dialects.postgresql import insert

from services.common.contracts.envelope import Event
from services.common.runtime.unit_of_work import UnitOfWork

OPEN = ("dead", "waiting")


@dataclass(frozen=True, slots=True)
class RawMessage:
    """A message as Kafka gave it."""

    topic: str
    partition: int
    offset: int
    key: str | None
    headers: tuple[tuple[str, bytes], ...]
    body: bytes | None

    def header_texts(self) -> Mapping[str, str]:
        """Headers as text that a database row can keep; what is no UTF-8 is escaped."""
        return {name.replace("\x00", "�"): _text(value) for name, value in self.headers}


def _text(value: bytes) -> str:
    return value.decode("utf-8", "backslashreplace").replace("\x00", "�")


def identity_of(message: RawMessage, event: Event | None) -> str:
    """The same message held twice is one row: its source and id, or a hash where it has none."""
    if event is not None:
        return f"{event.source} {event.id} {event.payload_hash}"
    digest = hashlib.sha256(repr((message.topic, message.key, message.headers, message.body)).encode())
    return f"raw {digest.hexdigest()}"


async def hold(
    uow: UnitOfWork, message: RawMessage, event: Event | None, status: Literal["dead", "waiting"], reason: str
) -> None:
    """Keep the message with its reason; the same message again changes nothing."""
    await uow.session.execute(
        insert(uow.tables.held_message)
        .values(
            identity=identity_of(message, event),
            status=status,
            reason=reason[:500],
            source=event.source if event else None,
            event_id=event.id if event else None,
            type=event.type if event else None,
            subject=event.subject if event else None,
            version=event.version if event else None,
            topic=message.topic,
            partition=message.partition,
            key=message.key,
            headers=dict(message.header_texts()),
            body=message.body,
        )
        .on_conflict_do_nothing()
    )


async def next_waiting(uow: UnitOfWork, held_row: Row[Any]) -> int | None:
    """The id of the message to try after `held_row` was settled: the next of its stream, or the next of its key."""
    held = uow.tables.held_message
    query = select(held.c.id).where(held.c.status == "waiting", held.c.topic == held_row.topic)
    if held_row.version is None:
        query = query.where(
            held.c.partition == held_row.partition, held.c.key == held_row.key, held.c.version.is_(None)
        ).order_by(held.c.id)
    else:
        query = query.where(
            held.c.source == held_row.source,
            held.c.subject == held_row.subject,
            held.c.version == held_row.version + 1,
        )
    found: int | None = (await uow.session.execute(query.limit(1))).scalar_one_or_none()
    return found


async def settle(uow: UnitOfWork, held_id: int, status: Literal["applied", "discarded"]) -> None:
    """Close a held message."""
    held = uow.tables.held_message
    await uow.session.execute(
        update(held)
        .where(held.c.id == held_id)
        .values(status=status, resolved_at=func.now(), resolved_by=uow.caller.person)
    )


async def kill(uow: UnitOfWork, held_id: int, reason: str) -> None:
    """Mark a held message as dead with a new reason."""
    held = uow.tables.held_message
    await uow.session.execute(update(held).where(held.c.id == held_id).values(status="dead", reason=reason[:500]))


async def list_held(uow: UnitOfWork, statuses: Sequence[str], limit: int) -> Sequence[Row[Any]]:
    """Held messages, oldest first."""
    held = uow.tables.held_message
    return (
        await uow.session.execute(select(held).where(held.c.status.in_(statuses)).order_by(held.c.id).limit(limit))
    ).all()


async def get_held(uow: UnitOfWork, held_id: int) -> Row[Any] | None:
    """One held message, locked."""
    held = uow.tables.held_message
    return (await uow.session.execute(select(held).where(held.c.id == held_id).with_for_update())).first()
