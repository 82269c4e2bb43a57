"""On which days a borrower is asked how a plan is going, whether or not anything was missed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import count, takewhile

from services.common.kernel.dated import PolicyValue
from services.common.kernel.months import add_months
from services.common.kernel.rule import business_rule


@dataclass(frozen=True, slots=True)
class CheckInTerms(PolicyValue):
    """When borrowers are asked, and how many days a person has to read what one replied."""

    shortest_plan_months: int
    first_days: int
    every_months: int
    ask_at: time
    read_reply_days: int


@business_rule(
    id="FUP-08",
    group="follow-up",
    summary="Who pays a long plan is asked how it goes, after the first instalment and then regularly, whether or not "
    "anything was missed.",
)
def check_in_days(due_dates: Sequence[date], terms: CheckInTerms) -> tuple[date, ...]:
    """The days of all check-ins of a plan, in order; none after its last instalment, none for a short plan."""
    if not due_dates or due_dates[-1] < add_months(due_dates[0], terms.shortest_plan_months - 1):
        return ()
    first = due_dates[0] + timedelta(days=terms.first_days)
    days = (add_months(first, terms.every_months * n) for n in count())
    return tuple(takewhile(lambda day: day < due_dates[-1], days))
