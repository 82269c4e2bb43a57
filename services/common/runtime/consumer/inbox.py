"""The inbox: each event once, in the order of its stream, whatever the order and number of its arrivals."""

from enum import Enum

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.common.contracts.envelope import Event
from services.common.runtime.sql import Sql
from services.common.runtime.unit_of_work import UnitOfWork


class Place(Enum):
    """Where an event stands in its stream."""

    NEXT = "next"
    REPEAT = "repeat"
    EARLY = "early"


class IdReused(Exception):
    """A known event id came with another payload."""


FIRST = """
    INSERT INTO inbox_stream (source, subject, version) VALUES (:source, :subject, :version)
    ON CONFLICT DO NOTHING RETURNING version
"""
LATER = """
    UPDATE inbox_stream SET version = :version
    WHERE source = :source AND subject = :subject AND version = CAST(:version AS integer) - 1 RETURNING version
"""
ENTER = """
    INSERT INTO inbox (source, event_id, type, subject, version, payload_hash)
    SELECT :source, :event_id, :type, :subject, CAST(:version AS integer), :payload_hash {origin}
    ON CONFLICT DO NOTHING RETURNING event_id
"""
# Moving the stream and entering the inbox are one statement: this runs for every event of every consumer.
MOVE_AND_ENTER = "WITH moved AS ({move}), entered AS ({enter}) SELECT 1 FROM entered"
MOVE_ONLY = "WITH moved AS ({move}) SELECT 1 FROM moved"
STATEMENTS = {
    (first, enter): Sql(
        (MOVE_AND_ENTER if enter else MOVE_ONLY).format(move=move, enter=ENTER.format(origin="FROM moved"))
    )
    for first, move in ((True, FIRST), (False, LATER))
    for enter in (True, False)
}
# Of what nobody here handles only the stream moves on; whether a held message follows is asked in the same breath.
PASS_BY = {
    first: Sql(
        f"""
        WITH moved AS ({move})
        SELECT (SELECT id FROM held_message WHERE status = 'waiting' AND source = :source AND subject = :subject
                AND version = CAST(:version AS integer) + 1 LIMIT 1) AS following
        FROM moved
        """  # noqa: S608 - our own text
    )
    for first, move in ((True, FIRST), (False, LATER))
}
ENTER_ONLY = Sql(ENTER.format(origin=""))


async def advance(uow: UnitOfWork, event: Event, *, enter: bool) -> Place:
    """Move the stream of the event forward to it if it is next, and with `enter` write its inbox row.

    Otherwise says whether the event was seen before or came too early. Events without a version have no stream.
    """
    values: dict[str, object] = {"source": event.source, "subject": event.subject, "version": event.version}
    if enter:
        values |= {"event_id": event.id, "type": event.type, "payload_hash": event.payload_hash}
    statement = ENTER_ONLY if event.version is None else STATEMENTS[event.version == 1, enter]
    if (await statement.run(uow.session, values)).first() is not None:
        return Place.NEXT
    if event.version is None:
        return Place.REPEAT
    stream = uow.tables.inbox_stream
    seen = await uow.session.execute(
        select(stream.c.version).where(stream.c.source == event.source, stream.c.subject == event.subject)
    )
    return Place.REPEAT if (seen.scalar_one_or_none() or 0) >= event.version else Place.EARLY


async def pass_by(session: AsyncSession, event: Event) -> tuple[bool, int | None]:
    """Move the stream past an event without a handler, in one statement.

    Whether it was the next one, and the id of the held message that waited for it.
    """
    values = {"source": event.source, "subject": event.subject, "version": event.version}
    moved = (await PASS_BY[event.version == 1].run(session, values)).first()
    return (False, None) if moved is None else (True, moved.following)


async def check_same(uow: UnitOfWork, event: Event) -> None:
    """Raise `IdReused` when the id of the event is known with another payload."""
    inbox = uow.tables.inbox
    known = await uow.session.execute(
        select(inbox.c.payload_hash).where(inbox.c.source == event.source, inbox.c.event_id == event.id)
    )
    if known.scalar_one_or_none() not in (None, event.payload_hash):
        raise IdReused(event.id)
