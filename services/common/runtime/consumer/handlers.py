"""Which event goes to which use case."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from services.common.contracts.envelope import Event, EventPayload, MalformedEvent
from services.common.runtime.consumer.observer import Observer
from services.common.runtime.unit_of_work import UnitOfWork

P = TypeVar("P", bound=EventPayload)


@dataclass(frozen=True)
class Received(Generic[P]):
    """An event as a handler gets it: its attributes and its typed payload."""

    event: Event
    payload: P
    partition: int


Handler = Callable[[UnitOfWork, Received[P]], Awaitable[None]]


Concern = Callable[[P], bool]


class Handlers:
    """The subscriptions of one service: a handler per event type; other types of the same topics are passed over."""

    def __init__(self) -> None:
        self._by_type: dict[str, tuple[type[EventPayload], Handler[Any]]] = {}
        self._where: dict[str, Concern[Any]] = {}
        self.observer: Observer | None = None

    def on(self, payload: type[P], handler: Handler[P], *, where: Concern[P] | None = None) -> None:
        """Have `handler` called for events of the type of `payload`; with `where`, only for those it is true of.

        `where` looks at the payload alone. What it is not true of is passed over like a type without a handler, which
        costs a fifth of a transaction.
        """
        if payload.type in self._by_type:
            raise ValueError(f"{payload.type} has a handler already")
        self._by_type[payload.type] = (payload, handler)
        if where is not None:
            self._where[payload.type] = where

    @property
    def topics(self) -> Sequence[str]:
        observed = frozenset() if self.observer is None else self.observer.topics
        return sorted(observed.union(payload.topic for payload, _ in self._by_type.values()))

    def has_any_on(self, topic: str) -> bool:
        """Whether anything of a topic is handled; of others, events are at most observed."""
        return any(payload.topic == topic for payload, _ in self._by_type.values())

    @property
    def types(self) -> Sequence[str]:
        return sorted(self._by_type)

    def concern(self, event: Event) -> bool:
        """Whether anything is to be done about an event. One that cannot be read is: somebody must hear of it."""
        if event.type not in self._by_type:
            return False
        where = self._where.get(event.type)
        if where is None:
            return True
        try:
            return where(self._read(event))
        except MalformedEvent:
            return True

    async def apply(self, uow: UnitOfWork, event: Event, partition: int) -> None:
        """Call the handler of an event. Raises `MalformedEvent` when the payload is not of its shape."""
        _, handler = self._by_type[event.type]
        await handler(uow, Received(event, self._read(event), partition))

    def _read(self, event: Event) -> EventPayload:
        payload_class, _ = self._by_type[event.type]
        try:
            payload = payload_class.model_validate_json(event.body)
        except ValidationError as error:
            at = ", ".join(".".join(str(part) for part in one["loc"]) or "body" for one in error.errors()[:5])
            raise MalformedEvent(f"the payload is not a {event.type}: {at}") from error
        if payload.key() != event.subject:
            raise MalformedEvent("the subject is not the key of the payload")
        return payload
