"""A promise to pay, judged from the core's postings and never by the agent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from services.common.kernel.errors import InvalidInput
from services.common.kernel.money import Money
from services.followup.domain.postings import Posting, effective_payments


class PromiseStatus(StrEnum):
    """Where a running promise stands; proposing and cancelling are decisions, not judgements."""

    ACTIVE = "ACTIVE"
    KEPT = "KEPT"
    PARTIALLY_KEPT = "PARTIALLY_KEPT"
    BROKEN = "BROKEN"


@dataclass(frozen=True, slots=True)
class Promise:
    """Amount and day promised, days of grace, and the percentage of the amount that keeps it."""

    amount: Money
    promised_date: date
    grace_days: int
    threshold_percent: Decimal


@dataclass(frozen=True, slots=True)
class PromiseVerdict:
    """Result: what would keep it, until when, what came in time."""

    required: Money
    last_good_day: date
    paid_in_time: Money
    status: PromiseStatus


def judge_promise(promise: Promise, postings: Iterable[Posting], as_of: date) -> PromiseVerdict:
    """Judge on `as_of` (the last day the bank has closed, or today for a preview).

    The same for every order of the postings. A promise stays ACTIVE until its last good day has passed.
    """
    if not promise.amount.is_positive or promise.grace_days < 0 or not 0 < promise.threshold_percent <= 100:
        raise InvalidInput("a promise needs an amount, a grace that is not negative and a threshold up to 100 percent")
    required = promise.amount.times(Fraction(promise.threshold_percent) / 100)
    last_good_day = promise.promised_date + timedelta(days=promise.grace_days)
    payments = effective_payments(postings, promise.amount.currency).payments
    in_time = Money.total((p.amount for p in payments if p.value_date <= last_good_day), promise.amount.currency)
    if in_time >= required:
        status = PromiseStatus.KEPT
    elif as_of <= last_good_day:
        status = PromiseStatus.ACTIVE
    else:
        status = PromiseStatus.PARTIALLY_KEPT if in_time.is_positive else PromiseStatus.BROKEN
    return PromiseVerdict(required, last_good_day, in_time, status)
