"""The inbox: each event once, in the order of its stream, whatever the order and number of its arrivals."""

from enum import Enum

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from services.common.contracts.envelope import Event
from services.common.runtime.unit_of_work import UnitOfWork


class Place(Enum):
    """Where an event stands in its stream."""

    NEXT = "next"
    REPEAT = "repeat"
    EARLY = "early"


class IdReused(Exception):
    """A known event id came with another payload."""


async def advance(uow: UnitOfWork, event: Event) -> Place:
    """Move the stream of the event forward to it if it is next; otherwise say whether it was seen or came too early."""
    if event.version is None:
        return Place.NEXT
    stream = uow.tables.inbox_stream
    if event.version == 1:
        moved = await uow.session.execute(
            insert(stream)
            .values(source=event.source, subject=event.subject, version=1)
            .on_conflict_do_nothing()
            .returning(stream.c.version)
        )
    else:
        moved = await uow.session.execute(
            update(stream)
            .where(
                stream.c.source == event.source,
                stream.c.subject == event.subject,
                stream.c.version == event.version - 1,
            )
            .values(version=event.version)
            .returning(stream.c.version)
        )
    if moved.first() is not None:
        return Place.NEXT
    seen = await uow.session.execute(
        select(stream.c.version).where(stream.c.source == event.source, stream.c.subject == event.subject)
    )
    return Place.REPEAT if (seen.scalar_one_or_none() or 0) >= event.version else Place.EARLY


async def enter(uow: UnitOfWork, event: Event) -> bool:
    """Write the inbox row; False when it is there already. Raises `IdReused` when it is there with another payload."""
    inbox = uow.tables.inbox
    entered = await uow.session.execute(
        insert(inbox)
        .values(
            source=event.source,
            event_id=event.id,
            type=event.type,
            subject=event.subject,
            version=event.version,
            payload_hash=event.payload_hash,
        )
        .on_conflict_do_nothing()
        .returning(inbox.c.event_id)
    )
    if entered.first() is not None:
        return True
    await check_same(uow, event)
    return False


async def check_same(uow: UnitOfWork, event: Event) -> None:
    """Raise `IdReused` when the id of the event is known with another payload."""
    inbox = uow.tables.inbox
    known = await uow.session.execute(
        select(inbox.c.payload_hash).where(inbox.c.source == event.source, inbox.c.event_id == event.id)
    )
    if known.scalar_one_or_none() not in (None, event.payload_hash):
        raise IdReused(event.id)
