"""Business days from official lists. A year without a list fails closed: guessing a holiday breaks a legal clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from services.common.kernel.errors import ForbearError


class CalendarMissing(ForbearError):
    """The calendar has no official list for the year of a day that was asked about."""

    problem = "calendar-missing"
    title = "No official holiday list for that year"


class Shift(StrEnum):
    """What happens to a date that is not a business day."""

    NONE = "none"
    FOLLOWING = "following"
    MODIFIED_FOLLOWING = "modified_following"  # following, unless that is another month: then preceding


@dataclass(frozen=True, slots=True)
class BusinessCalendar:
    """A country's or region's business days.

    `holidays` and `make_up_workdays` (weekend days worked instead, as in mainland China) are from official lists;
    `weekend` holds ISO weekdays (6 = Saturday); `years` are the years the lists cover.
    """

    name: str
    holidays: frozenset[date]
    years: frozenset[int]
    make_up_workdays: frozenset[date] = frozenset()
    weekend: frozenset[int] = frozenset({6, 7})

    def __post_init__(self) -> None:
        if self.holidays & self.make_up_workdays:
            raise ValueError(f"{self.name}: a day is both a holiday and a make-up workday")

    def is_business_day(self, day: date) -> bool:
        """CalendarMissing when the year is not covered."""
        if day.year not in self.years:
            raise CalendarMissing(f"calendar {self.name} has no list for {day.year}")
        if day in self.make_up_workdays:
            return True
        return day not in self.holidays and day.isoweekday() not in self.weekend

    def next_business_day(self, day: date) -> date:
        """The first business day after `day`."""
        return self._step(day, 1)

    def previous_business_day(self, day: date) -> date:
        """The last business day before `day`."""
        return self._step(day, -1)

    def add_business_days(self, day: date, count: int) -> date:
        """The `count`-th business day after `day` (before it, when negative); `day` itself is day 0."""
        for _ in range(abs(count)):
            day = self._step(day, 1 if count > 0 else -1)
        return day

    def shift(self, day: date, convention: Shift) -> date:
        """Move `day` to a business day by the convention; a business day stays."""
        if convention is Shift.NONE or self.is_business_day(day):
            return day
        following = self.next_business_day(day)
        if convention is Shift.MODIFIED_FOLLOWING and following.month != day.month:
            return self.previous_business_day(day)
        return following

    def _step(self, day: date, direction: int) -> date:
        day += timedelta(days=direction)
        while not self.is_business_day(day):
            day += timedelta(days=direction)
        return day
