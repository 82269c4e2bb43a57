"""The inbox: each event once, in the order of its stream, whatever the order and number of its arrivals."""

from enum import Enum
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.common.contracts.envelope import Event
from services.common.runtime.sql import Sql
from services.common.runtime.unit_of_work import UnitOfWork


class Place(Enum):
    """Where an event stands in its stream, or behind others of its key when it has none."""

    NEXT = "next"
    REPEAT = "repeat"
    EARLY = "early"
    BEHIND = "behind"


class IdReused(Exception):
    """A known event id came with another payload."""


FIRST = """
    INSERT INTO inbox_stream (source, subject, version) VALUES (:source, :subject, :version)
    ON CONFLICT (source, subject) DO UPDATE SET version = excluded.version WHERE inbox_stream.version = 0
    RETURNING version
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
# The message that came too early and waits for just this one.
FOLLOWING = """
    (SELECT id FROM held_message WHERE status = 'waiting' AND source = :source AND subject = :subject
     AND version = CAST(:version AS integer) + 1 LIMIT 1) AS following
"""
# Moving the stream, entering the inbox and looking who waited are one statement: it runs for every event of every
# consumer. Of what nobody here handles only the stream moves on.
MOVE_AND_ENTER = "WITH moved AS ({move}), entered AS ({enter}) SELECT {following} FROM entered"
MOVE_ONLY = "WITH moved AS ({move}) SELECT {following} FROM moved"
STATEMENTS = {
    (first, enter): Sql(
        (MOVE_AND_ENTER if enter else MOVE_ONLY).format(
            move=move, enter=ENTER.format(origin="FROM moved"), following=FOLLOWING
        )
    )
    for first, move in ((True, FIRST), (False, LATER))
    for enter in (True, False)
}
ENTER_AGAIN = Sql(ENTER.format(origin=""))
# There is order within a partition only; what is said on every partition under one key waits in each by itself.
ENTER_BEHIND = Sql(
    f"""
    WITH held AS (
        SELECT EXISTS (SELECT FROM held_message WHERE topic = :topic AND partition = :partition
            AND (key = :key OR key IS NULL AND CAST(:key AS text) IS NULL) AND status IN ('dead', 'waiting')) AS before
    ), entered AS ({ENTER.format(origin="FROM held WHERE NOT before")})
    SELECT before, EXISTS (SELECT FROM entered) AS entered FROM held
    """  # noqa: S608 - our own text
)
# A stream of which nothing was applied yet gets a row to lock, too.
BEGIN_STREAM = Sql(
    "INSERT INTO inbox_stream (source, subject, version) VALUES (:source, :subject, 0) ON CONFLICT DO NOTHING"
)
LOCK_STREAM = Sql("SELECT version FROM inbox_stream WHERE source = :source AND subject = :subject FOR UPDATE")
WAITING = Sql(f"SELECT {FOLLOWING}")


async def advance(uow: UnitOfWork, event: Event, *, enter: bool) -> tuple[Place, int | None]:
    """Move the stream of the event forward to it if it is next, and with `enter` write its inbox row.

    Otherwise says whether the event was seen before or came too early. With it the id of the held message that waited
    for this event. An event without a version has no stream and is only entered.
    """
    if event.version is None:
        entered = (await ENTER_AGAIN.run(uow.session, _row(event))).first()
        return (Place.REPEAT if entered is None else Place.NEXT), None
    values = _row(event) if enter else _stream(event)
    moved = (await STATEMENTS[event.version == 1, enter].run(uow.session, values)).first()
    if moved is not None:
        return Place.NEXT, moved.following
    stream = uow.tables.inbox_stream
    seen = await uow.session.execute(
        select(stream.c.version).where(stream.c.source == event.source, stream.c.subject == event.subject)
    )
    return (Place.REPEAT if (seen.scalar_one_or_none() or 0) >= event.version else Place.EARLY), None


async def enter_behind(uow: UnitOfWork, event: Event, topic: str, partition: int, key: str | None) -> Place:
    """Write the inbox row of an event without a version, unless an earlier message of its key is held."""
    values = _row(event) | {"topic": topic, "partition": partition, "key": key}
    found = (await ENTER_BEHIND.run(uow.session, values)).one()
    if found.before:
        return Place.BEHIND
    return Place.NEXT if found.entered else Place.REPEAT


async def pass_by(session: AsyncSession, event: Event) -> tuple[bool, int | None]:
    """Move the stream past an event without a handler, in one statement.

    Whether it was the next one, and the id of the held message that waited for it.
    """
    moved = (await STATEMENTS[event.version == 1, False].run(session, _stream(event))).first()
    return (False, None) if moved is None else (True, moved.following)


async def turn_of(uow: UnitOfWork, event: Event) -> int | None:
    """The id of the held message of this event if its turn has come after all.

    Who moves a stream looks for who waits, and may look a moment before that one has written down that it waits. So
    who waits looks once more: under the lock of the stream, after whoever is just moving it.
    """
    if event.version is None:
        raise ValueError("an event without a version has no turn")
    before = _stream(event) | {"version": event.version - 1}
    await BEGIN_STREAM.run(uow.session, before)
    reached = (await LOCK_STREAM.run(uow.session, before)).scalar_one()
    if reached != event.version - 1:
        return None
    found: int | None = (await WAITING.run(uow.session, before)).scalar_one()
    return found


def _stream(event: Event) -> dict[str, Any]:
    return {"source": event.source, "subject": event.subject, "version": event.version}


def _row(event: Event) -> dict[str, Any]:
    # The hash is computed from the payload; what only moves a stream does not need it.
    return _stream(event) | {"event_id": event.id, "type": event.type, "payload_hash": event.payload_hash}


async def check_same(uow: UnitOfWork, event: Event) -> None:
    """Raise `IdReused` when the id of the event is known with another payload."""
    inbox = uow.tables.inbox
    known = await uow.session.execute(
        select(inbox.c.payload_hash).where(inbox.c.source == event.source, inbox.c.event_id == event.id)
    )
    if known.scalar_one_or_none() not in (None, event.payload_hash):
        raise IdReused(event.id)
