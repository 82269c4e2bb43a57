"""Permitted hours: half-open local windows that must hold in every plausible zone of the borrower at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import reduce
from zoneinfo import ZoneInfo

from services.common.kernel.clock import local_day, utc
from services.common.kernel.dated import PolicyValue
from services.common.kernel.period import Period
from services.contact.domain.clock_changes import closes, opens

# Zones reach from UTC-12 to UTC+14, so hours that are legal in all of them come within two days or never; a week
# also spans the days on which clocks change.
_HORIZON_DAYS = 8


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


def common_window(day: date, zones: Sequence[str], hours: LocalHours) -> Period[datetime] | None:
    """The hours of one calendar day that are permitted in every zone, in UTC; None when there are none."""
    return _common([hours.on(day, ZoneInfo(zone)) for zone in _known(zones)])


def is_permitted(now: datetime, zones: Sequence[str], hours: Sequence[LocalHours]) -> bool:
    """Whether `now` is inside some of the permitted `hours` in every zone. At exactly the end it is not."""
    moment = utc(now)
    return all(
        any(h.start <= moment.astimezone(ZoneInfo(zone)).time() < h.end for h in hours) for zone in _known(zones)
    )


def next_permitted(now: datetime, zones: Sequence[str], hours: Sequence[LocalHours]) -> datetime | None:
    """The first instant from `now` on that is permitted in every zone; None when the zones share no hours."""
    moment = utc(now)
    if is_permitted(moment, zones, hours):
        return moment
    starts = sorted(
        window.start for zone in zones for window in _windows(moment, ZoneInfo(zone), hours) if window.start > moment
    )
    return next((start for start in starts if is_permitted(start, zones, hours)), None)


def next_day_everywhere(now: datetime, zones: Sequence[str]) -> datetime:
    """The first instant at which every zone has left its present local day: then day counters start again."""
    midnights = (
        datetime.combine(local_day(now, zone) + timedelta(days=1), time(0), ZoneInfo(zone)).astimezone(UTC)
        for zone in _known(zones)
    )
    return max(midnights)


def _windows(now: datetime, zone: ZoneInfo, hours: Sequence[LocalHours]) -> list[Period[datetime]]:
    first = local_day(now, zone)
    found = (h.on(first + timedelta(days=k), zone) for k in range(_HORIZON_DAYS) for h in hours)
    return [window for window in found if window is not None]


def _common(windows: Sequence[Period[datetime] | None]) -> Period[datetime] | None:
    def both(a: Period[datetime] | None, b: Period[datetime] | None) -> Period[datetime] | None:
        return a.intersect(b) if a is not None and b is not None else None

    return reduce(both, windows)


def _known(zones: Sequence[str]) -> Sequence[str]:
    if not zones:
        raise ValueError("at least one plausible time zone is needed")
    return zones
