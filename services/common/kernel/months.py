"""Calendar months: due dates step by months and keep the day they were agreed for."""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def add_months(day: date, months: int) -> date:
    """The same day of the month `months` later; the last day of that month when it is shorter.

    Always count from the first date of a series (31 Jan, 28 Feb, 31 Mar), not from the previous one.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
