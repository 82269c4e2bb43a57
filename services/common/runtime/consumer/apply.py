"""Apply one message: inbox row, effect and outbox rows in one transaction, or a held row that says why not."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.common.contracts.envelope import Event, MalformedEvent, event_from
from services.common.kernel.errors import ForbearError
from services.common.runtime.caller import Caller
from services.common.runtime.consumer import held, inbox
from services.common.runtime.consumer.handlers import Handlers
from services.common.runtime.consumer.held import RawMessage
from services.common.runtime.consumer.inbox import IdReused, Place
from services.common.runtime.database import Database
from services.common.runtime.failpoints import failpoint
from services.common.runtime.logging import error_fields, get_logger
from services.common.runtime.passing import may_pass
from services.common.runtime.unit_of_work import UnitOfWork

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of a message: `applied`, `repeat`, `passed` (nobody's concern here), `waiting` or `dead`."""

    outcome: str


class Applier:
    """Applies messages of one service with its handlers."""

    def __init__(self, database: Database, handlers: Handlers) -> None:
        self._database = database
        self._handlers = handlers

    async def observe(self, messages: Sequence[RawMessage]) -> None:
        """Show messages to the observer, if there is one, before they are applied. Raises what may pass by itself.

        What cannot be read is left to `apply`.
        """
        observer = self._handlers.observer
        if observer is None:
            return
        events = [event for event in map(_readable, messages) if event is not None and event.type in observer.types]
        if events:
            await observer.keep(events)

    def applies_any_of(self, topic: str) -> bool:
        """Whether messages of a topic are to be applied."""
        return self._handlers.has_any_on(topic)

    async def apply(self, message: RawMessage) -> Applied:
        """Apply a message. Raises only what may pass by itself (the database is away); all else ends in a row."""
        try:
            event = event_from(message.headers, message.body)
        except MalformedEvent as error:
            return await self._dead(message, None, str(error))
        try:
            outcome, following = await self._transact(message, event)
        except Exception as error:
            return await self._dead(message, event, reason_of(error, event.type))
        if following is not None:
            await self.release_from(following, Caller.service(self._database.service, "held"))
        return Applied(outcome)

    async def _transact(self, message: RawMessage, event: Event) -> tuple[str, int | None]:
        """Apply an event in one transaction; also gives the held message that waited for just this one."""
        known = self._handlers.concern(event)
        if not known:
            if event.version is None:
                return "passed", None
            async with self._database.read() as session:
                moved, following = await inbox.pass_by(session, event)
            if moved:
                return "passed", following
        async with self._database.write(self._caller(event)) as uow:
            failpoint("consumer.after_begin")
            place, following = await self._take(uow, message, event, enter=known)
            if place is Place.BEHIND:
                await held.hold(uow, message, event, "waiting", "an earlier message of this key is held")
                return "waiting", None
            if place is Place.REPEAT:
                await inbox.check_same(uow, event)
                return "repeat", None
            if place is Place.NEXT:
                if known:
                    await self._handlers.apply(uow, event, message.partition)
                failpoint("consumer.after_effect_before_commit")
                return "applied" if known else "passed", following
            await held.hold(uow, message, event, "waiting", "an earlier event of this stream is missing")
        async with self._database.write(self._caller(event)) as uow:
            return "waiting", await inbox.turn_of(uow, event)

    async def _take(
        self, uow: UnitOfWork, message: RawMessage, event: Event, *, enter: bool
    ) -> tuple[Place, int | None]:
        if event.version is not None:
            return await inbox.advance(uow, event, enter=enter)
        return await inbox.enter_behind(uow, event, message.topic, message.partition, message.key), None

    async def retry(self, held_id: int, caller: Caller | None = None) -> Applied:
        """Try a held message again, to the same end as `apply`. Its followers are not tried here; see `release`."""
        service = Caller.service(self._database.service, "held")
        event_type: str | None = None
        try:
            async with self._database.write(caller or service) as uow:
                row = await held.get_held(uow, held_id)
                if row is None or row.status not in held.OPEN:
                    return Applied("repeat")
                event_type = row.type
                event = event_from(row.headers, row.body)
                known = self._handlers.concern(event)
                place, _ = await inbox.advance(uow, event, enter=known)
                if place is Place.EARLY:
                    return Applied("waiting")
                if place is Place.NEXT and known:
                    await self._handlers.apply(uow, event, row.partition)
                await held.settle(uow, held_id, "applied")
        except Exception as error:
            reason = reason_of(error, event_type)
            async with self._database.write(caller or service) as uow:
                await held.kill(uow, held_id, reason)
            return Applied("dead")
        return Applied("applied")

    async def discard(self, held_id: int, caller: Caller) -> Applied:
        """Give a held message up: its stream moves past it, so that the later ones can be applied."""
        async with self._database.write(caller) as uow:
            row = await held.get_held(uow, held_id)
            if row is None or row.status not in held.OPEN:
                return Applied("repeat")
            if row.version is not None:
                event = event_from(row.headers, row.body)
                await inbox.advance(uow, event, enter=False)
            await held.settle(uow, held_id, "discarded")
            await uow.audit("held_message.discarded", f"held_message/{held_id}", detail={"type": row.type or ""})
        return Applied("discarded")

    async def release(self, held_id: int, caller: Caller) -> int:
        """Apply, in order, what waited behind a held message that was settled. Returns how many."""
        async with self._database.write(caller) as uow:
            row = await held.get_held(uow, held_id)
            following = None if row is None or row.status in held.OPEN else await held.next_waiting(uow, row)
        return 0 if following is None else await self.release_from(following, caller)

    async def release_from(self, held_id: int, caller: Caller) -> int:
        """Apply a held message and what waited behind it, in order, as far as it goes. Returns how many."""
        released = 0
        following: int | None = held_id
        while following is not None:
            if (await self.retry(following, caller)).outcome != "applied":
                break
            released += 1
            async with self._database.write(caller) as uow:
                row = await held.get_held(uow, following)
                following = None if row is None else await held.next_waiting(uow, row)
        return released

    async def _dead(self, message: RawMessage, event: Event | None, reason: str) -> Applied:
        log.warning("message_held", topic=message.topic, event_type=event.type if event else None)
        async with self._database.write(self._caller(event)) as uow:
            await held.hold(uow, message, event, "dead", reason)
        return Applied("dead")

    def _caller(self, event: Event | None) -> Caller:
        correlation = event.correlation_id if event is not None and event.correlation_id else "event"
        return Caller.service(self._database.service, correlation)


def _readable(message: RawMessage) -> Event | None:
    try:
        return event_from(message.headers, message.body)
    except MalformedEvent:
        return None


def reason_of(error: Exception, event_type: str | None) -> str:
    """Why a message cannot be applied. Raises what may pass by itself: the database, or what is needed, is away."""
    if may_pass(error):
        raise error
    if isinstance(error, IdReused):
        return f"id_reuse: {error}"
    if isinstance(error, MalformedEvent):
        return str(error)
    if isinstance(error, ForbearError):
        return f"{type(error).__name__}: {error.detail}"
    log.error("handler_failed", event_type=event_type, **error_fields(error))
    return f"unexpected {type(error).__name__}"
