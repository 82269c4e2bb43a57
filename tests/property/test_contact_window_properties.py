"""The window of a day holds no minute that is forbidden anywhere, and by day none that is permitted is missing."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contact.domain.contact_window import WindowInputs, contact_window

ZONES = (
    "Asia/Shanghai", "America/New_York", "America/Los_Angeles", "Europe/London", "Australia/Lord_Howe",
    "Asia/Kolkata", "Africa/Cairo", "America/Havana", "Pacific/Apia",
)  # fmt: skip
#: Days around changes of clocks of those places.
DAYS = [date(2026, 3, 7), date(2026, 3, 28), date(2026, 4, 4), date(2026, 4, 24), date(2026, 10, 3), date(2026, 10, 24)]
DAYS += [date(2026, 10, 29), date(2026, 10, 31)]
MINUTE = timedelta(minutes=1)
days = st.sampled_from(DAYS).flatmap(lambda day: st.integers(0, 2).map(lambda k: day + timedelta(days=k)))
zones = st.lists(st.sampled_from(ZONES), min_size=1, max_size=3).map(tuple)


def hours(first: int) -> st.SearchStrategy[tuple[time, time]]:
    minutes = st.lists(st.integers(first * 60, 24 * 60 - 1), min_size=2, max_size=2, unique=True).map(sorted)
    return minutes.map(lambda pair: (time(*divmod(pair[0], 60)), time(*divmod(pair[1], 60))))


def permitted(day: date, names: tuple[str, ...], start: time, end: time) -> list[datetime]:
    """Every UTC minute that is on the day and inside the hours in all zones, looked up one by one."""
    first = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=15)
    places = [ZoneInfo(name) for name in names]
    minutes = (first + k * MINUTE for k in range(54 * 60))
    return [
        minute
        for minute in minutes
        if all((local := minute.astimezone(place)).date() == day and start <= local.time() < end for place in places)
    ]


@pytest.mark.rule("HOUSE-07")
@given(days, zones, hours(0))
def test_no_forbidden_minute_is_inside(day: date, names: tuple[str, ...], span: tuple[time, time]) -> None:
    window = contact_window(WindowInputs(day, names, *span))
    allowed = set(permitted(day, names, *span))
    if window.utc_start is not None:
        assert all(window.utc_start + k * MINUTE in allowed for k in range(window.minutes))


@pytest.mark.rule("HOUSE-07")
@given(days, zones, hours(4))
def test_by_day_every_permitted_minute_is_inside(day: date, names: tuple[str, ...], span: tuple[time, time]) -> None:
    window = contact_window(WindowInputs(day, names, *span))
    allowed = permitted(day, names, *span)
    assert window.minutes == len(allowed)
    assert window.utc_start == (allowed[0] if allowed else None)
    assert window.utc_end == (allowed[-1] + MINUTE if allowed else None)
