"""The verdict on an agreement's instalments: a pure function of the set of postings and the day the bank closed.

Whatever order postings arrive in, and however often, the verdict is the same, and the money is conserved to the
minor unit: what came in is what the instalments hold plus what is unapplied. Inside, amounts are whole minor units.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from services.common.kernel.errors import InvalidInput
from services.common.kernel.money import Money
from services.common.kernel.rule import business_rule
from services.followup.domain.calendar import CALENDAR_DAYS, DayCount, through
from services.followup.domain.facts import Facts, Moment, counted
from services.followup.domain.postings import EffectivePayment, Posting, effective_payments
from services.followup.domain.verdict import (
    AgreementTerms,
    AgreementVerdict,
    Due,
    InstalmentState,
    InstalmentVerdict,
    Standing,
)


@business_rule(
    id="FUP-01",
    group="follow-up",
    summary="An instalment is missed only when the bank has closed its last good day and too little came in time.",
)
def is_missed(closed_through: date | None, last_good_day: date, in_time: int, required: int) -> bool:
    return closed_through is not None and closed_through >= last_good_day and in_time < required


@business_rule(
    id="FUP-02",
    group="follow-up",
    summary="An agreement is a candidate for broken when several instalments are missed at once, or one for too long.",
)
def is_broken_candidate(missed: int, oldest_missed_days: int, terms: AgreementTerms) -> bool:
    return missed >= terms.broken_after_missed or oldest_missed_days >= terms.broken_after_days


def judge(
    schedule: Sequence[Due],
    postings: Iterable[Posting],
    terms: AgreementTerms,
    closed_through: date | None,
    days: DayCount = CALENDAR_DAYS,
) -> AgreementVerdict:
    """Judge an agreement.

    Payments fill the oldest instalment first, in order of value date. `closed_through` is the last business date the
    bank has declared complete (None: none yet); without it nothing is missed, however late it is. Paused days of `days`
    are no grace, and none of them makes an agreement a candidate for broken. The tolerance does not apply to the last
    instalment, which has to clear what is left.
    """
    if not schedule or any(a.due_date > b.due_date or a.number >= b.number for a, b in pairwise(schedule)):
        raise InvalidInput("a schedule has instalments in ascending order")
    currency = schedule[0].amount.currency
    counting = DayCount(through(days.pauses, closed_through), days.to_business_day, days.calendar)
    net = effective_payments(postings, currency)
    parts, unapplied = _fill(schedule, net.payments)
    verdicts = tuple(
        _instalment(due, part, terms, closed_through, counting, is_last=due is schedule[-1])
        for due, part in zip(schedule, parts, strict=True)
    )
    return AgreementVerdict(
        instalments=verdicts,
        standing=_standing(verdicts, terms, closed_through, counting),
        received=Money.from_minor(sum(p.amount.minor for p in net.payments), currency),
        unapplied=Money.from_minor(unapplied, currency),
        unmatched_reversals=net.unmatched_reversals,
    )


def judge_at(
    schedule: Sequence[Due],
    facts: Facts,
    account: str,
    terms: AgreementTerms,
    days: DayCount,
    moment: Moment,
    partitions: int,
) -> AgreementVerdict:
    """Judge an agreement by all facts of its account as of a moment; pauses are those of the facts."""
    found = counted(facts, account, moment, partitions)
    counting = DayCount(found.pauses, days.to_business_day, days.calendar)
    return judge(schedule, found.postings, terms, found.closed_through, counting)


Part = tuple[date, int]
"""Value date of a payment, and minor units of it."""


def _fill(schedule: Sequence[Due], payments: Sequence[EffectivePayment]) -> tuple[list[list[Part]], int]:
    """The parts of payments each instalment holds, oldest first, and what no instalment needs."""
    parts: list[list[Part]] = [[] for _ in schedule]
    unapplied, index, open_amount = 0, 0, schedule[0].amount.minor
    for payment in payments:
        left = payment.amount.minor
        while left and index < len(schedule):
            taken = min(left, open_amount)
            if taken:
                parts[index].append((payment.value_date, taken))
            left, open_amount = left - taken, open_amount - taken
            if not open_amount:
                index += 1
                open_amount = schedule[index].amount.minor if index < len(schedule) else 0
        unapplied += left
    return parts, unapplied


def _instalment(
    due: Due,
    parts: Sequence[Part],
    terms: AgreementTerms,
    closed_through: date | None,
    days: DayCount,
    *,
    is_last: bool,
) -> InstalmentVerdict:
    last_good_day = days.last_good_day(due.due_date, terms.grace_days)
    tolerated = Fraction(0) if is_last else Fraction(terms.tolerance_percent) / 100
    required = due.amount.times(1 - tolerated) if tolerated else due.amount
    paid = sum(amount for _, amount in parts)
    in_time = sum(amount for day, amount in parts if day <= last_good_day)
    late = is_missed(closed_through, last_good_day, in_time, required.minor)
    if paid >= required.minor:
        state = InstalmentState.CAUGHT_UP if late else InstalmentState.PAID
    elif late:
        state = InstalmentState.MISSED
    elif paid:
        state = InstalmentState.PART_PAID
    else:
        # The bank's day after the last closed one is the day that is running now.
        running = closed_through is not None and due.due_date <= closed_through + timedelta(days=1)
        state = InstalmentState.DUE if running else InstalmentState.SCHEDULED
    currency = due.amount.currency
    return InstalmentVerdict(
        number=due.number,
        due_date=due.due_date,
        amount=due.amount,
        paid=Money.from_minor(paid, currency),
        paid_in_time=Money.from_minor(in_time, currency),
        last_good_day=last_good_day,
        paid_on=_day_reached(parts, required.minor),
        state=state,
    )


def _day_reached(parts: Sequence[Part], required: int) -> date | None:
    sum_so_far = 0
    for day, amount in parts:
        sum_so_far += amount
        if sum_so_far >= required:
            return day
    return None


def _standing(
    verdicts: Sequence[InstalmentVerdict], terms: AgreementTerms, closed_through: date | None, days: DayCount
) -> Standing:
    missed = [v for v in verdicts if v.state is InstalmentState.MISSED]
    if missed and closed_through is not None:
        oldest = days.between(missed[0].last_good_day, closed_through)
        candidate = is_broken_candidate(len(missed), oldest, terms)
        return Standing.BROKEN_CANDIDATE if candidate else Standing.AT_RISK
    finished = verdicts[-1].paid_on if all(v.shortfall.is_zero for v in verdicts) else None
    # Only a closed day counts as the end: until then the last payment may still be taken back.
    if finished is not None and closed_through is not None and closed_through >= finished:
        return Standing.COMPLETED
    return Standing.ON_TRACK
