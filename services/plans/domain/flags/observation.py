"""The observation of a restructured asset in mainland China: from the first repayment after the change (CN-21)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from services.common.kernel.errors import InvalidInput
from services.common.kernel.formula import formula
from services.common.kernel.months import add_months


@dataclass(frozen=True, slots=True)
class ChangedContract:
    """When the first repayment after the change is due, how many months lie between repayments, and when one was
    missed while it was observed."""

    first_repayment_date_after_change: date
    repayment_step_months: int
    missed_payment_date: date | None = None


@dataclass(frozen=True, slots=True)
class ObservationTerms:
    """How long an asset is observed at least, in months and in consecutive repayment periods."""

    min_observation_months: int
    min_repayment_periods: int


@dataclass(frozen=True, slots=True)
class Observation:
    """The period: its first day, the earliest day on which it may end, and which of the two minimums sets that."""

    period_start: date
    earliest_end: date
    driver: Literal["one_year", "two_periods"]


@formula("cn_observation", day=lambda changed: changed.first_repayment_date_after_change, terms="CN-21")
def observation(changed: ChangedContract, terms: ObservationTerms) -> Observation:
    """Period of observation of a restructured asset; it is counted anew from a payment that was missed in it.

    A payment that is missed after the earliest end counts nothing anew. InvalidInput when a payment was missed before
    the first one was due, or the step is no month.
    """
    first, step, missed = (
        changed.first_repayment_date_after_change,
        changed.repayment_step_months,
        changed.missed_payment_date,
    )
    if step < 1:
        raise InvalidInput("repayments are a month apart at least")
    if missed is not None and missed < first:
        raise InvalidInput("no payment is missed before the first one after the change is due")
    found = _from(first, step, terms)
    return found if missed is None or missed > found.earliest_end else _from(missed, step, terms)


def _from(start: date, step: int, terms: ObservationTerms) -> Observation:
    periods = step * terms.min_repayment_periods
    driver: Literal["one_year", "two_periods"] = "two_periods" if periods > terms.min_observation_months else "one_year"
    return Observation(start, add_months(start, max(periods, terms.min_observation_months)), driver)
