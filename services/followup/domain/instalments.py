"""The verdict on an agreement's instalments: a pure function of the set of postings and the day the bank closed.

Whatever order postings arrive in, and however often, the verdict is the same, and the money is conserved to the
minor unit: what came in is what the instalments hold plus what is unapplied.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from services.common.kernel.errors import InvalidInput
from services.common.kernel.money import Money
from services.common.kernel.rule import business_rule
from services.followup.domain.postings import Posting, effective_payments


class InstalmentState(StrEnum):
    """State of one instalment. MISSED is judged, and says nothing about why; CAUGHT_UP was paid after its time."""

    SCHEDULED = "SCHEDULED"
    DUE = "DUE"
    PART_PAID = "PART_PAID"
    PAID = "PAID"
    MISSED = "MISSED"
    CAUGHT_UP = "CAUGHT_UP"


class Standing(StrEnum):
    """How the agreement stands as a whole. A candidate for broken is contacted before anything is decided."""

    ON_TRACK = "ON_TRACK"
    AT_RISK = "AT_RISK"
    BROKEN_CANDIDATE = "BROKEN_CANDIDATE"
    COMPLETED = "COMPLETED"


@dataclass(frozen=True, slots=True)
class Due:
    """One instalment of the agreed schedule."""

    number: int
    due_date: date
    amount: Money


@dataclass(frozen=True, slots=True)
class AgreementTerms:
    """How strictly instalments are judged: days of grace, percentage that may be missing, limits before broken."""

    grace_days: int
    tolerance_percent: Decimal
    broken_after_missed: int
    broken_after_days: int


@dataclass(frozen=True, slots=True)
class InstalmentVerdict:
    """One instalment: what it holds, what of it came in time, the last day for that, and the resulting state.

    `shortfall` is what is missing of the amount. `paid_on` is the value date that made it enough, if it is.
    """

    number: int
    due_date: date
    amount: Money
    paid: Money
    paid_in_time: Money
    last_good_day: date
    paid_on: date | None
    state: InstalmentState

    @property
    def shortfall(self) -> Money:
        return self.amount - self.paid


@dataclass(frozen=True, slots=True)
class AgreementVerdict:
    """All instalments, the standing, the money, and reversals that wait for the payment they reverse."""

    instalments: tuple[InstalmentVerdict, ...]
    standing: Standing
    received: Money
    unapplied: Money
    unmatched_reversals: tuple[str, ...]


@business_rule(
    id="FUP-01",
    group="follow-up",
    summary="An instalment is missed only when the bank has closed its last good day and too little came in time.",
)
def is_missed(closed_through: date | None, last_good_day: date, in_time: Money, required: Money) -> bool:
    return closed_through is not None and closed_through >= last_good_day and in_time < required


@business_rule(
    id="FUP-02",
    group="follow-up",
    summary="An agreement is a candidate for broken when several instalments are missed at once, or one for too long.",
)
def is_broken_candidate(missed: int, oldest_missed_days: int, terms: AgreementTerms) -> bool:
    return missed >= terms.broken_after_missed or oldest_missed_days >= terms.broken_after_days


def judge(
    schedule: Sequence[Due], postings: Iterable[Posting], terms: AgreementTerms, closed_through: date | None
) -> AgreementVerdict:
    """Judge an agreement.

    Payments fill the oldest instalment first, in order of value date. `closed_through` is the last business date the
    bank has declared complete (None: none yet); without it nothing is missed, however late it is. The tolerance does
    not apply to the last instalment, which has to clear what is left.
    """
    if not schedule or any(a.due_date > b.due_date or a.number >= b.number for a, b in pairwise(schedule)):
        raise InvalidInput("a schedule has instalments in ascending order")
    currency = schedule[0].amount.currency
    net = effective_payments(postings, currency)
    parts, unapplied = _fill(schedule, [(p.value_date, p.amount) for p in net.payments])
    verdicts = tuple(
        _instalment(due, part, terms, closed_through, is_last=due is schedule[-1])
        for due, part in zip(schedule, parts, strict=True)
    )
    return AgreementVerdict(
        instalments=verdicts,
        standing=_standing(verdicts, terms, closed_through),
        received=Money.total((p.amount for p in net.payments), currency),
        unapplied=unapplied,
        unmatched_reversals=net.unmatched_reversals,
    )


Part = tuple[date, Money]


def _fill(schedule: Sequence[Due], payments: Sequence[Part]) -> tuple[list[list[Part]], Money]:
    """The parts of payments each instalment holds, oldest first, and what no instalment needs."""
    parts: list[list[Part]] = [[] for _ in schedule]
    unapplied = Money.zero(schedule[0].amount.currency)
    index, open_amount = 0, schedule[0].amount
    for value_date, left in payments:
        while left.is_positive and index < len(schedule):
            taken = left.at_most(open_amount)
            parts[index].append((value_date, taken))
            left, open_amount = left - taken, open_amount - taken
            if open_amount.is_zero:
                index += 1
                open_amount = schedule[index].amount if index < len(schedule) else open_amount
        unapplied = unapplied + left
    return parts, unapplied


def _instalment(
    due: Due, parts: Sequence[Part], terms: AgreementTerms, closed_through: date | None, *, is_last: bool
) -> InstalmentVerdict:
    currency = due.amount.currency
    last_good_day = due.due_date + timedelta(days=terms.grace_days)
    tolerated = Fraction(0) if is_last else Fraction(terms.tolerance_percent) / 100
    required = due.amount.times(1 - tolerated)
    paid = Money.total((amount for _, amount in parts), currency)
    in_time = Money.total((amount for day, amount in parts if day <= last_good_day), currency)
    if paid >= required:
        late = is_missed(closed_through, last_good_day, in_time, required)
        state = InstalmentState.CAUGHT_UP if late else InstalmentState.PAID
    elif is_missed(closed_through, last_good_day, in_time, required):
        state = InstalmentState.MISSED
    elif paid.is_positive:
        state = InstalmentState.PART_PAID
    else:
        # The bank's day after the last closed one is the day that is running now.
        running = closed_through is not None and due.due_date <= closed_through + timedelta(days=1)
        state = InstalmentState.DUE if running else InstalmentState.SCHEDULED
    return InstalmentVerdict(
        number=due.number,
        due_date=due.due_date,
        amount=due.amount,
        paid=paid,
        paid_in_time=in_time,
        last_good_day=last_good_day,
        paid_on=_day_reached(parts, required),
        state=state,
    )


def _day_reached(parts: Sequence[Part], required: Money) -> date | None:
    sum_so_far = Money.zero(required.currency)
    for day, amount in parts:
        sum_so_far = sum_so_far + amount
        if sum_so_far >= required:
            return day
    return None


def _standing(verdicts: Sequence[InstalmentVerdict], terms: AgreementTerms, closed_through: date | None) -> Standing:
    missed = [v for v in verdicts if v.state is InstalmentState.MISSED]
    if missed and closed_through is not None:
        oldest = (closed_through - missed[0].last_good_day).days
        candidate = is_broken_candidate(len(missed), oldest, terms)
        return Standing.BROKEN_CANDIDATE if candidate else Standing.AT_RISK
    finished = verdicts[-1].paid_on if all(v.shortfall.is_zero for v in verdicts) else None
    # Only a closed day counts as the end: until then the last payment may still be taken back.
    if finished is not None and closed_through is not None and closed_through >= finished:
        return Standing.COMPLETED
    return Standing.ON_TRACK
