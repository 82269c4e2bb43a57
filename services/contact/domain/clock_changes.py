"""Wall-clock times as instants on the days on which clocks change."""

from __future__ import annotations

from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_MINUTE = timedelta(minutes=1)


def opens(day: date, at: time, zone: ZoneInfo) -> datetime:
    """When hours that start at `at` begin: of an hour that comes twice, its second coming; skipped, the jump."""
    return _coming(day, at, zone, -1)


def closes(day: date, at: time, zone: ZoneInfo) -> datetime:
    """When hours that end at `at` are over: of an hour that comes twice, its first coming; skipped, the jump.

    So between opening and closing the clock on the wall never shows a time outside the hours.
    """
    return _coming(day, at, zone, 0)


def _coming(day: date, at: time, zone: ZoneInfo, which: int) -> datetime:
    """The instants at which the wall shows `at`, in order; the jump when it never does."""
    folds = sorted(datetime.combine(day, at.replace(fold=fold), zone).astimezone(UTC) for fold in (0, 1))
    if folds[0].astimezone(zone).time() == at:
        return folds[which]
    before = folds[0].astimezone(zone).utcoffset()
    minutes = range((folds[1] - folds[0]) // _MINUTE + 1)
    jump = bisect_left(minutes, True, key=lambda m: (folds[0] + m * _MINUTE).astimezone(zone).utcoffset() != before)
    return folds[0] + jump * _MINUTE
