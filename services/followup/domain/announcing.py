"""When a payment that is taken by itself is announced: between so many business days before it (US-23)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from services.common.kernel.dated import PolicyValue
from services.followup.domain.calendar import DayCount

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class AnnouncementTerms(PolicyValue):
    """A payment dated more than so many days ahead is announced at least and at most so many business days before."""

    notice_if_over_days: int
    notice_min_business_days: int
    notice_max_business_days: int


def announced_on(remind_on: date, due: date, agreed_on: date, terms: AnnouncementTerms, count: DayCount) -> date:
    """The day of the reminder, moved into the days in which the payment of `due` has to be announced."""
    if (due - agreed_on).days <= terms.notice_if_over_days:
        return remind_on
    earliest = _business_days_before(due, terms.notice_max_business_days, count)
    latest = _business_days_before(due, terms.notice_min_business_days, count)
    return min(max(remind_on, earliest), latest)


def _business_days_before(day: date, days: int, count: DayCount) -> date:
    while days:
        day -= _DAY
        days -= count.is_business_day(day)
    return day
