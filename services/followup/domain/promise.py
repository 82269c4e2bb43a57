"""A promise to pay, judged from the core's postings and never by the agent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from hashlib import sha256

from services.common.kernel.dated import PolicyValue
from services.common.kernel.errors import InvalidInput
from services.common.kernel.formula import formula
from services.common.kernel.money import Money
from services.common.kernel.rule import business_rule
from services.followup.domain.calendar import CALENDAR_DAYS, DayCount, through
from services.followup.domain.postings import Posting, PostingKind, effective_payments


class PromiseStatus(StrEnum):
    """Where a promise stands. PROPOSED waits for a supervisor. CANCELLED: an agreement took its place, a supervisor
    refused it, it was withdrawn, or the case has ended."""

    PROPOSED = "PROPOSED"
    ACTIVE = "ACTIVE"
    KEPT = "KEPT"
    PARTIALLY_KEPT = "PARTIALLY_KEPT"
    BROKEN = "BROKEN"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class Promise:
    """Amount and day promised, days of grace, and the percentage of the amount that keeps it.

    Money valued before `made_on` does not keep it (None: all does). An agreement that began on `replaced_on`
    while it ran took its place: what is valued from then on pays the agreement.
    """

    amount: Money
    promised_date: date
    grace_days: int
    threshold_percent: Decimal
    made_on: date | None = None
    replaced_on: date | None = None
    days: DayCount = CALENDAR_DAYS

    @property
    def required(self) -> Money:
        """What keeps it."""
        return self.amount.times(Fraction(self.threshold_percent) / 100)

    def takes(self, value_date: date, last_good_day: date) -> bool:
        """Whether money that is valued on a day can keep it."""
        return (
            value_date <= last_good_day
            and (self.made_on is None or self.made_on <= value_date)
            and (self.replaced_on is None or value_date < self.replaced_on)
        )

    def __post_init__(self) -> None:
        if not self.amount.is_positive or self.grace_days < 0 or not 0 < self.threshold_percent <= 100:
            raise InvalidInput(
                "a promise needs an amount, a grace that is not negative and a threshold up to 100 percent"
            )


@dataclass(frozen=True, slots=True)
class PromiseVerdict:
    """Result: what would keep it, until when, what came in time."""

    required: Money
    last_good_day: date
    paid_in_time: Money
    status: PromiseStatus

    @property
    def state_hash(self) -> str:
        """SHA-256, in hex, of everything that was judged."""
        said = f"promise-1 {self.required.minor} {self.last_good_day} {self.paid_in_time} {self.status}"
        return sha256(said.encode()).hexdigest()


def judge_promise(promise: Promise, postings: Iterable[Posting], as_of: date) -> PromiseVerdict:
    """Judge on `as_of`. The same for every order of the postings.

    A promise stays ACTIVE until its last good day has passed.
    """
    return judge_promises({"": promise}, postings, as_of)[""]


def judge_promises(
    promises: Mapping[str, Promise], postings: Iterable[Posting], as_of: date | None
) -> Mapping[str, PromiseVerdict]:
    """Judge the promises on one account, by their references, on a day that is running (None: no day is known).

    No money keeps two promises: each payment goes to the earliest one that it can still keep, up to what was promised,
    and what is left of it to the next. What none of them needs is with the earliest.
    """
    if not promises:
        return {}
    ordered = sorted(promises.items(), key=lambda named: (named[1].promised_date, named[0]))
    until = [_last_good_day(one, as_of) for _, one in ordered]
    currency = ordered[0][1].amount.currency
    held = [0] * len(ordered)
    for payment in effective_payments(postings, currency).payments:
        can_keep = [number for number, (_, one) in enumerate(ordered) if one.takes(payment.value_date, until[number])]
        left = payment.amount.minor
        for number in can_keep:
            taken = min(left, max(0, ordered[number][1].amount.minor - held[number]))
            held[number] += taken
            left -= taken
        if can_keep:
            held[can_keep[0]] += left
    return {
        reference: _verdict(one, until[number], Money.from_minor(held[number], currency), as_of)
        for number, (reference, one) in enumerate(ordered)
    }


def _last_good_day(promise: Promise, as_of: date | None) -> date:
    days = replace(promise.days, pauses=through(promise.days.pauses, as_of))
    return days.last_good_day(promise.promised_date, promise.grace_days)


def _verdict(promise: Promise, last_good_day: date, in_time: Money, as_of: date | None) -> PromiseVerdict:
    required = promise.required
    if in_time >= required:
        status = PromiseStatus.KEPT
    elif promise.replaced_on is not None and promise.replaced_on <= last_good_day:
        status = PromiseStatus.CANCELLED
    elif as_of is None or as_of <= last_good_day:
        status = PromiseStatus.ACTIVE
    else:
        status = PromiseStatus.PARTIALLY_KEPT if in_time.is_positive else PromiseStatus.BROKEN
    return PromiseVerdict(required, last_good_day, in_time, status)


@business_rule(
    id="FUP-03",
    group="follow-up",
    summary="After several promises that were broken within some time, a supervisor looks before another is accepted.",
)
def needs_supervisor(broken_on: Iterable[date], today: date, most: int, within_days: int) -> bool:
    return sum(0 <= (today - day).days < within_days for day in broken_on) >= most


@dataclass(frozen=True, slots=True)
class PaymentAsked(PolicyValue):
    """A payment in minor form: an amount as decimal string, counted from its value date."""

    value_date: date
    amount: str


@dataclass(frozen=True, slots=True)
class PromiseAsked(PolicyValue):
    """A promise, what was paid, and the day that is asked about; amounts and percentage as decimal strings."""

    promised_amount: str
    promised_date: date
    grace_days: int
    threshold_pct: str
    payments: Sequence[PaymentAsked]
    as_of: date
    currency: str


@dataclass(frozen=True, slots=True)
class PromiseAnswer:
    """What would keep the promise, until when, what came in time, and how it stands."""

    required_amount: Decimal
    last_good_day: date
    paid_in_time: Decimal
    status: PromiseStatus


@formula("ptp_evaluation")
def ptp_evaluation(asked: PromiseAsked) -> PromiseAnswer:
    """Whether a promise to pay is kept, by the payments in time and the percentage that keeps it."""
    try:
        threshold = Decimal(asked.threshold_pct)
    except ArithmeticError:
        raise InvalidInput("the threshold is a percentage such as 95") from None
    if not threshold.is_finite():
        raise InvalidInput("the threshold is a percentage such as 95")
    promise = Promise(Money.of(asked.promised_amount, asked.currency), asked.promised_date, asked.grace_days, threshold)
    postings = [
        Posting(str(number), PostingKind.PAYMENT, Money.of(paid.amount, asked.currency), paid.value_date)
        for number, paid in enumerate(asked.payments)
    ]
    found = judge_promise(promise, postings, asked.as_of)
    return PromiseAnswer(found.required.amount, found.last_good_day, found.paid_in_time.amount, found.status)
