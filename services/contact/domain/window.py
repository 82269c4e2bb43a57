"""Permitted hours: half-open local windows that must hold in every plausible zone of the borrower at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import reduce
from zoneinfo import ZoneInfo

from services.common.kernel.clock import local_day
from services.common.kernel.dated import PolicyValue
from services.common.kernel.period import Period
from services.contact.domain.clock_changes import closes, opens


@dataclass(frozen=True, slots=True)
class LocalHours(PolicyValue):
    """`[start, end)` of a local day. ValueError when it is empty; a night is two windows, one for each day."""

    start: time
    end: time

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise ValueError("hours end after they start, on the same day")

    def on(self, day: date, zone: ZoneInfo) -> Period[datetime] | None:
        """The window of a local day in UTC; None when a change of clocks leaves nothing of it."""
        start, end = opens(day, self.start, zone), closes(day, self.end, zone)
        return Period(start, end) if start < end else None

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"


def common_window(day: date, zones: Sequence[str], hours: LocalHours) -> Period[datetime] | None:
    """The hours of one calendar day that are permitted in every zone, in UTC; None when there are none."""
    return _common([hours.on(day, ZoneInfo(zone)) for zone in _known(zones)])


def next_day_everywhere(now: datetime, zones: Sequence[str]) -> datetime:
    """The first instant at which every zone has left its present local day: then day counters start again."""
    midnights = (
        datetime.combine(local_day(now, zone) + timedelta(days=1), time(0), ZoneInfo(zone)).astimezone(UTC)
        for zone in _known(zones)
    )
    return max(midnights)


def _common(windows: Sequence[Period[datetime] | None]) -> Period[datetime] | None:
    def both(a: Period[datetime] | None, b: Period[datetime] | None) -> Period[datetime] | None:
        return a.intersect(b) if a is not None and b is not None else None

    return reduce(both, windows)


def _known(zones: Sequence[str]) -> Sequence[str]:
    if not zones:
        raise ValueError("at least one plausible time zone is needed")
    return zones
