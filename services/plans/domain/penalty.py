"""Penalty interest on overdue principal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.common.kernel.errors import InvalidInput
from services.common.kernel.money import Money
from services.plans.domain.annuity import exact_rate


@dataclass(frozen=True, slots=True)
class PenaltyInterest:
    """Days charged, the rate with its uplift, and the interest rounded half up."""

    days: int
    rate: Decimal
    interest: Money


def penalty_interest(
    overdue: Money, contract_rate: Decimal, uplift: Decimal, start: date, end: date, day_count_basis: int
) -> PenaltyInterest:
    """`round(overdue * rate * (1 + uplift) * days / basis)`; the start day counts, the end day does not."""
    if end < start or day_count_basis < 1:
        raise InvalidInput("penalty interest runs from a day to a later one, on a positive day count basis")
    if overdue.is_negative:
        raise InvalidInput("what is overdue is not negative")
    days = (end - start).days
    charged = exact_rate(contract_rate) * (1 + exact_rate(uplift))
    rate = contract_rate * (1 + uplift)
    return PenaltyInterest(days, rate, overdue.times(charged * days / day_count_basis))
