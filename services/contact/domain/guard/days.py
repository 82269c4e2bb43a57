"""Local days in all zones in which the borrower may be: when they begin, and the latest of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo


@lru_cache(maxsize=16_384)
def begins(day: date, zone: str) -> datetime:
    """The first instant of a local day, in UTC."""
    return datetime.combine(day, time(0), ZoneInfo(zone)).astimezone(UTC)


def begins_everywhere(day: date, zones: Sequence[str]) -> datetime:
    """The first instant at which every zone has reached a day."""
    return max(begins(day, zone) for zone in zones)


def over_everywhere(day: date, days: int, zones: Sequence[str]) -> datetime:
    """The first instant after `days` local days from an event of `day`, which is day 0 (HOUSE-02), in every zone."""
    return begins_everywhere(day + timedelta(days=days + 1), zones)
