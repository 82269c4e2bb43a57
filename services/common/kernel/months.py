"""Calendar months: due dates step by months and keep the day they were agreed for."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from services.common.kernel.business_days import BusinessCalendar, Shift


def add_months(day: date, months: int) -> date:
    """The same day of the month `months` later; the last day of that month when it is shorter.

    Always count from the first date of a series (31 Jan, 28 Feb, 31 Mar), not from the previous one.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def monthly_dates(
    first: date, count: int, *, calendar: BusinessCalendar | None = None, shift: Shift = Shift.NONE
) -> tuple[date, ...]:
    """`count` due dates from `first` on, a month apart, each moved to a business day by the calendar's convention."""
    days = (add_months(first, k) for k in range(count))
    return tuple(day if calendar is None else calendar.shift(day, shift) for day in days)
