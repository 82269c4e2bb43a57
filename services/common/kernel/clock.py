"""Business time is an argument: whoever needs it is given a Clock, and domain functions are given the instant."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """Where business time comes from. `flows` is False where it stands still until somebody moves it."""

    @property
    def flows(self) -> bool:
        """Whether time passes by itself, so that a timer may wait for it."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""


class FixedClock:
    """A clock that stands still until it is moved, and never moves back."""

    flows = False

    def __init__(self, instant: datetime) -> None:
        self._now = utc(instant)

    def now(self) -> datetime:
        return self._now

    def advance(self, by: timedelta) -> datetime:
        """Move forward by `by` and return the new instant. ValueError if it would go back."""
        return self.move_to(self._now + by)

    def move_to(self, instant: datetime) -> datetime:
        target = utc(instant)
        if target < self._now:
            raise ValueError("time does not go back")
        self._now = target
        return target


def utc(instant: datetime) -> datetime:
    """The same instant in UTC. ValueError for a naive one."""
    if instant.utcoffset() is None:
        raise ValueError("an instant must carry its offset")
    return instant.astimezone(UTC)


def local_day(instant: datetime, zone: str | ZoneInfo) -> date:
    """The calendar day of an aware instant in a time zone (the borrower's day, the bank's day)."""
    return utc(instant).astimezone(ZoneInfo(zone) if isinstance(zone, str) else zone).date()
