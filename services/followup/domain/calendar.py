"""The days that matter for an instalment: reminder, due day, last good day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class InstalmentDays:
    """Days of one instalment: a payment with a value date up to and with `last_good_day` is in time."""

    number: int
    remind_on: date
    due_date: date
    last_good_day: date


def instalment_days(number: int, due_date: date, grace_days: int, remind_days_before: int) -> InstalmentDays:
    """The days of one instalment; its due day is day 0 of the grace."""
    return InstalmentDays(
        number=number,
        remind_on=due_date - timedelta(days=remind_days_before),
        due_date=due_date,
        last_good_day=due_date + timedelta(days=grace_days),
    )
