"""What is kept of an event for measures, and how the modules beside this one say it by type."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from services.common.contracts.envelope import Event, EventPayload
from services.common.kernel.money import Money

P = TypeVar("P", bound=EventPayload)
Row = dict[str, Any]
Kept = Mapping[str, Row]
"""Rows by what they are of: `happening`, `case`, `standing`."""

KEEPERS: dict[str, tuple[type[EventPayload], Callable[[Any, Event], Kept]]] = {}
"""By type of event: its payload, and what is kept of it."""


def keeps(payload: type[P]) -> Callable[[Callable[[P, Event], Kept]], Callable[[P, Event], Kept]]:
    """Have a function say what is kept of events of one type."""

    def register(keep: Callable[[P, Event], Kept]) -> Callable[[P, Event], Kept]:
        KEEPERS[payload.type] = (payload, keep)
        return keep

    return register


def happening(event: Event, kind: str, *, tag: str = "", **more: Any) -> Kept:
    """The row of something that happened, found again by the event's source and id."""
    row = {"source": event.source, "event_id": event.id, "kind": kind, "tag": tag, "at": event.time}
    return {"happening": row | {name: value for name, value in more.items() if value is not None}}


def amount_of(amount: Money) -> Row:
    """An amount as columns."""
    return {"amount": amount.amount, "currency": amount.currency}
