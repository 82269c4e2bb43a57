"""Half-open periods `[start, end)` of days or of instants; an open end is None."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar

T = TypeVar("T", date, datetime)


@dataclass(frozen=True, slots=True)
class Period(Generic[T]):
    """All days (or aware instants) from `start` up to, and without, `end`. ValueError if it is empty or mixed."""

    start: T
    end: T | None = None

    def __post_init__(self) -> None:
        for edge in (self.start, self.end):
            if isinstance(edge, datetime) and edge.utcoffset() is None:
                raise ValueError("an instant must carry its offset")
        if self.end is not None:
            if isinstance(self.start, datetime) is not isinstance(self.end, datetime):
                raise ValueError("a period is of days or of instants, not of both")
            if self.end <= self.start:
                raise ValueError("a period ends after it starts")

    def contains(self, moment: T) -> bool:
        return self.start <= moment and (self.end is None or moment < self.end)

    def intersect(self, other: Period[T]) -> Period[T] | None:
        """The common part, or None when there is none."""
        start = max(self.start, other.start)
        ends = [e for e in (self.end, other.end) if e is not None]
        end = min(ends) if ends else None
        return None if end is not None and end <= start else Period(start, end)
