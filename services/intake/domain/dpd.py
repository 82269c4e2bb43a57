"""Days past due with pauses, and the bucket they fall in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from services.common.kernel.dated import PolicyValue
from services.common.kernel.errors import InvalidInput
from services.common.kernel.formula import formula
from services.common.kernel.period import Period


@dataclass(frozen=True, slots=True)
class BucketEdge(PolicyValue):
    """A bucket and the last day past due that belongs to it."""

    bucket: str
    up_to: int


@dataclass(frozen=True, slots=True)
class ArrearsScale(PolicyValue):
    """Buckets in ascending order of their edge, the bucket beyond the last edge, and the last "short" day."""

    buckets: tuple[BucketEdge, ...]
    beyond: str
    short_up_to: int

    def bucket(self, days: int) -> str:
        """Bucket of a number of days past due: M0 for 0, M1 for 1-30 and so on as the scale says."""
        return next((edge.bucket for edge in self.buckets if days <= edge.up_to), self.beyond)

    def span(self, days: int) -> Literal["none", "short", "long"]:
        """ "none", "short" or "long" overdue."""
        if days == 0:
            return "none"
        return "short" if days <= self.short_up_to else "long"


Presumption = Literal["risk_increase", "default"]


@dataclass(frozen=True, slots=True)
class PresumptionTerms(PolicyValue):
    """Over how many days past due risk is presumed to have risen much, and over how many default is (EU-11)."""

    risk_increase_over_days: int
    default_over_days: int

    def presumed(self, days: int) -> Presumption | None:
        """What is presumed until somebody shows otherwise; None up to the first limit."""
        if days > self.default_over_days:
            return "default"
        return "risk_increase" if days > self.risk_increase_over_days else None


@dataclass(frozen=True, slots=True)
class DaysPastDue:
    """Calendar days since the oldest unpaid due date; `effective` leaves out the paused ones."""

    raw: int
    pause_days: int
    effective: int


def days_past_due(oldest_unpaid_due_date: date | None, as_of: date, pauses: Sequence[Period[date]] = ()) -> DaysPastDue:
    """Days past due on `as_of`.

    The unpaid days are those after the due date up to and with `as_of`; a day in any pause counts once as paused.
    Nothing unpaid, or not due yet, is zero. Source: definition of the core (current date - unpaid due date - pause
    days).
    """
    if oldest_unpaid_due_date is None or as_of <= oldest_unpaid_due_date:
        return DaysPastDue(0, 0, 0)
    raw = (as_of - oldest_unpaid_due_date).days
    unpaid = Period(oldest_unpaid_due_date + timedelta(days=1), as_of + timedelta(days=1))
    paused = 0
    counted_to = unpaid.start
    for pause in sorted(pauses, key=lambda p: p.start):
        common = unpaid.intersect(pause)
        if common is not None and common.end is not None and common.end > counted_to:
            paused += (common.end - max(common.start, counted_to)).days
            counted_to = common.end
    return DaysPastDue(raw, paused, raw - paused)


@dataclass(frozen=True, slots=True)
class PastDueAsked(PolicyValue):
    """An unpaid due date, the day that is asked about, and pauses with their first and last day."""

    oldest_unpaid_due_date: date
    as_of: date
    pauses_inclusive: tuple[tuple[date, date], ...] = ()


@dataclass(frozen=True, slots=True)
class PastDueAnswer:
    """Days past due with and without the paused ones, and the bucket of each."""

    raw_dpd: int
    pause_days: int
    effective_dpd: int
    bucket: str
    raw_bucket: str


@formula("days_past_due", day=lambda asked: asked.as_of, scale="intake/arrears")
def past_due(asked: PastDueAsked, scale: ArrearsScale) -> PastDueAnswer:
    """Days past due on a day, without those that were paused, and the bucket they fall in."""
    if any(last < first for first, last in asked.pauses_inclusive):
        raise InvalidInput("a pause ends on the day it begins or later")
    pauses = [Period(first, last + timedelta(days=1)) for first, last in asked.pauses_inclusive]
    found = days_past_due(asked.oldest_unpaid_due_date, asked.as_of, pauses)
    return PastDueAnswer(
        found.raw, found.pause_days, found.effective, scale.bucket(found.effective), scale.bucket(found.raw)
    )
