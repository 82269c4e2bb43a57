"""In which time zones a borrower may be: where the bank says, and where a number says when that is elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

_UNKNOWN = "Etc/Unknown"


def plausible(known: Sequence[str], told: Iterable[Sequence[str]], day: date) -> tuple[str, ...]:
    """All zones to reckon with, in order: the `known` ones, then those of every number that tells of another place.

    `told` has the zones that one number may be in: those of its area, or of the whole country where it tells no more.
    When one of them has the time of a zone that is reckoned with already, the number may be there too and tells
    nothing new; otherwise nobody knows which place is right, and all count (US-01: only times that are convenient
    everywhere). Zones with the same time all through the year of `day` are one.
    """
    found = list(known)
    for zones in told:
        places = {_clock(zone, day.year): zone for zone in reversed(zones) if zone != _UNKNOWN}
        if not places.keys() & {_clock(zone, day.year) for zone in found}:
            found += reversed(places.values())
    return tuple(found)


@lru_cache(maxsize=1_024)
def _clock(zone: str, year: int) -> tuple[float, ...]:
    """How far the clocks of a zone are from UTC, on four days of each month."""
    noons = (datetime(year, month, day, 12, tzinfo=UTC) for month in range(1, 13) for day in (1, 8, 15, 22))
    offsets = (noon.astimezone(ZoneInfo(zone)).utcoffset() for noon in noons)
    return tuple(offset.total_seconds() for offset in offsets if offset is not None)
