"""Hours of contact as a pack says them: half-open spans of the local day, by kind of day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time

_SPAN = re.compile(r"(\d{2}:\d{2})-(\d{2}:\d{2})")


@dataclass(frozen=True, slots=True)
class Span:
    """`[start, end)` of a local day. ValueError when it is empty or goes past midnight."""

    start: time
    end: time

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise ValueError(f"{self} is empty; hours end after they start, on the same day")

    @classmethod
    def read(cls, text: str) -> Span | None:
        """Read "08:00-21:00", or None from "none": no contact on such a day."""
        if text == "none":
            return None
        found = _SPAN.fullmatch(text)
        if found is None:
            raise ValueError(f'hours are written "08:00-21:00" or "none", not "{text}"')
        return cls(time.fromisoformat(found[1]), time.fromisoformat(found[2]))

    def both(self, other: Span) -> Span | None:
        """What is inside both, None when nothing is."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Span(start, end) if start < end else None

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"


@dataclass(frozen=True, slots=True)
class ContactHours:
    """Permitted hours by kind of day; None where there are none. A public holiday is one wherever it falls."""

    weekday: Span | None
    weekend: Span | None
    public_holiday: Span | None

    @classmethod
    def read(cls, days: dict[str, str]) -> ContactHours:
        """Read a mapping with exactly the three kinds of day, or `every_day` alone. ValueError otherwise."""
        if set(days) == {"every_day"}:
            span = Span.read(days["every_day"])
            return cls(span, span, span)
        if set(days) != {"weekday", "weekend", "public_holiday"}:
            raise ValueError("hours name every_day, or weekday, weekend and public_holiday")
        return cls(**{kind: Span.read(text) for kind, text in days.items()})

    def both(self, other: ContactHours) -> ContactHours:
        """What both permit."""
        return ContactHours(
            _both(self.weekday, other.weekday),
            _both(self.weekend, other.weekend),
            _both(self.public_holiday, other.public_holiday),
        )

    def __str__(self) -> str:
        if self.weekday == self.weekend == self.public_holiday:
            return f"every day {self.weekday or 'none'}"
        kinds = ("weekday", self.weekday), ("weekend", self.weekend), ("public holiday", self.public_holiday)
        return ", ".join(f"{kind} {span or 'none'}" for kind, span in kinds)


def _both(one: Span | None, other: Span | None) -> Span | None:
    return one.both(other) if one is not None and other is not None else None
