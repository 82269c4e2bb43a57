"""Clocks that the law sets on a plan: observation of a restructured asset, cure and probation of a forborne exposure.

Plans decides at approval that they begin. Counting them is a pure function of what was missed: whatever is heard late,
taken back or paid after all moves them back and forth.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.common.kernel.dated import PolicyValue
from services.common.kernel.months import add_months
from services.common.kernel.rule import business_rule


class ClockKind(StrEnum):
    """Of what a clock is: a restructured asset (CN-21), a forborne exposure (EU-03, EU-04)."""

    RESTRUCTURED = "restructured"
    FORBORNE = "forborne"


class Phase(StrEnum):
    """What runs."""

    OBSERVATION = "observation"
    CURE = "cure"
    PROBATION = "probation"


class ClockState(StrEnum):
    """RUNNING; CONFIRM: its time is over and risk decides about the mark; ENDED; REPLACED by the clock of a further
    plan."""

    RUNNING = "running"
    CONFIRM = "confirm"
    ENDED = "ended"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class ObservationTerms(PolicyValue):
    """Months, and periods between repayments, that an asset is observed at least."""

    min_observation_months: int
    min_repayment_periods: int


@dataclass(frozen=True, slots=True)
class ClockTerms:
    """Months of each phase (0: there is none), and from how many days past due a count is lost (None: when missed)."""

    observation_months: int = 0
    cure_months: int = 0
    probation_months: int = 0
    over_days: int | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """Where a clock stands: its phase with the first day and the earliest last day, how often it was counted anew, and
    whether an exposure that always performed was late in its probation."""

    phase: Phase
    starts_on: date
    ends_on: date
    recounts: int = 0
    was_late: bool = False


@business_rule(
    id="FUP-16",
    group="follow-up",
    summary="The observation of a restructured asset is counted anew from each payment that is missed in it.",
    source="CN-21",
)
def observation(begins_on: date, terms: ClockTerms, missed: Iterable[date]) -> Count:
    """`missed`: due dates that were not paid in time."""
    found = _observed(begins_on, terms, 0)
    for day in sorted(missed):
        if found.starts_on <= day <= found.ends_on:
            found = _observed(day, terms, found.recounts + 1)
    return found


@business_rule(
    id="FUP-17",
    group="follow-up",
    summary="Who was non-performing and is more than thirty days late, or gets a further measure, before the end of "
    "probation is non-performing again, and cure and probation are counted anew; who always performed is assessed.",
    source="EU-03, EU-04, EU-05",
)
def forbearance(
    begins_on: date, terms: ClockTerms, late: Iterable[date], through: date, *, non_performing: bool
) -> Count:
    """`late`: days on which a payment became too many days past due; `through`: the last day that is over."""
    begun, recounts, was_late = begins_on, 0, False
    for day in sorted(late):
        if not begun <= day <= _forborne_until(begun, terms, non_performing=non_performing):
            continue
        if non_performing:
            begun, recounts = day, recounts + 1
        else:
            was_late = True
    cured = add_months(begun, terms.cure_months)
    if non_performing and through < cured:
        return Count(Phase.CURE, begun, cured, recounts)
    ends_on = _forborne_until(begun, terms, non_performing=non_performing)
    return Count(Phase.PROBATION, cured if non_performing else begun, ends_on, recounts, was_late)


def starts_non_performing(told: bool, earlier: Phase | None, *, earlier_was_non_performing: bool) -> bool:
    """Whether a forborne exposure is non-performing when its plan begins: plans says so, or the plan is a further
    measure before the end of a probation after a cure (EU-05)."""
    return told or (earlier is not None and earlier_was_non_performing)


@business_rule(
    id="FUP-18",
    group="follow-up",
    summary="A probation ends only when a share of what fell due in it was paid in time and nothing is too late.",
    source="EU-06",
)
def may_leave_probation(due: int, in_time: int, paid_share_percent: int, *, late: bool) -> bool:
    """`due`, `in_time`: instalments that fell due in it, and those of them that were paid in time."""
    return not late and in_time * 100 >= due * paid_share_percent


def _observed(start: date, terms: ClockTerms, recounts: int) -> Count:
    return Count(Phase.OBSERVATION, start, add_months(start, terms.observation_months), recounts)


def _forborne_until(begun: date, terms: ClockTerms, *, non_performing: bool) -> date:
    start = add_months(begun, terms.cure_months) if non_performing else begun
    return add_months(start, terms.probation_months)
