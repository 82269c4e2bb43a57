"""Penalty interest on overdue principal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from services.common.kernel.errors import InvalidInput
from services.common.kernel.money import Money


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
    days = (end - start).days
    rate = contract_rate * (1 + uplift)
    return PenaltyInterest(days, rate, overdue.times(Fraction(rate) * days / day_count_basis))
