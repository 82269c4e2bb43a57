"""The days that matter for an instalment: reminder, due day, last good day; and which days count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from services.common.kernel.business_days import BusinessCalendar
from services.common.kernel.period import Period

_DAY = timedelta(days=1)
_WEEKEND = (6, 7)


@dataclass(frozen=True, slots=True)
class DayCount:
    """How days are counted: without the days of `pauses`; if `to_business_day`, a last good day moves to the next one.

    Without a calendar, and in years its list does not cover, only weekends are no business days: an instalment that is
    years away has its days before the holidays of that year are known, and is judged by them once they are.
    """

    pauses: tuple[Period[date], ...] = ()
    to_business_day: bool = False
    calendar: BusinessCalendar | None = None

    def is_paused(self, day: date) -> bool:
        return any(pause.contains(day) for pause in self.pauses)

    def between(self, start: date, end: date) -> int:
        """Days after `start` up to and with `end` that are not paused; negative never."""
        days = (end - start).days
        if not self.pauses:
            return max(days, 0)
        return sum(not self.is_paused(start + _DAY * number) for number in range(1, days + 1))

    def after(self, day: date, days: int) -> date:
        """The day on which so many days that are not paused have passed after `day`; a paused day counts nothing."""
        if not self.pauses:
            return day + _DAY * days
        while self.is_paused(day):
            day += _DAY
        while days:
            day += _DAY
            days -= not self.is_paused(day)
        return day

    def last_good_day(self, due_date: date, grace_days: int) -> date:
        """The last day on which a payment is in time: grace after the due day (day 0), on a business day."""
        day = self.after(due_date, grace_days)
        while self.to_business_day and not (self.is_business_day(day) and not self.is_paused(day)):
            day += _DAY
        return day

    def is_business_day(self, day: date) -> bool:
        """Whether a day is one by the calendar; where that does not know its year, whether it is no weekend."""
        if self.calendar is None or day.year not in self.calendar.years:
            return day.isoweekday() not in _WEEKEND
        return self.calendar.is_business_day(day)


CALENDAR_DAYS = DayCount()
"""Every day counts, and none is moved."""


def through(pauses: tuple[Period[date], ...], closed_through: date | None) -> tuple[Period[date], ...]:
    """Pauses of which the end is not known last at least through the day that is running, so that nothing is missed."""
    return tuple(_ended(pause, closed_through) if pause.end is None else pause for pause in pauses)


def _ended(pause: Period[date], closed_through: date | None) -> Period[date]:
    running = pause.start if closed_through is None else closed_through + _DAY
    return Period(pause.start, max(running, pause.start) + _DAY)


@dataclass(frozen=True, slots=True)
class InstalmentDays:
    """Days of one instalment: a payment with a value date up to and with `last_good_day` is in time."""

    number: int
    remind_on: date
    due_date: date
    last_good_day: date


def instalment_days(
    number: int, due_date: date, grace_days: int, remind_days_before: int, count: DayCount = CALENDAR_DAYS
) -> InstalmentDays:
    """The days of one instalment; its due day is day 0 of the grace."""
    return InstalmentDays(
        number=number,
        remind_on=due_date - timedelta(days=remind_days_before),
        due_date=due_date,
        last_good_day=count.last_good_day(due_date, grace_days),
    )
