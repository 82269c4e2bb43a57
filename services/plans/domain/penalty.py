"""Penalty interest on overdue principal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.common.kernel.dated import PolicyValue
from services.common.kernel.errors import InvalidInput
from services.common.kernel.formula import formula
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


@dataclass(frozen=True, slots=True)
class UpliftTerms:
    """By how many percent the rate of the contract is raised at least and at most for what is overdue (CN-32)."""

    min_uplift_percent: int
    max_uplift_percent: int


@dataclass(frozen=True, slots=True)
class ChargedInputs(PolicyValue):
    """What is overdue on a loan, the contract's rate, from a day to the day before another, and what was charged."""

    overdue_principal: Decimal
    contract_rate: Decimal
    from_date_exclusive_of_end: date
    to: date
    day_count_basis: int
    charged: Decimal
    currency: str = "CNY"


@dataclass(frozen=True, slots=True)
class PenaltyCap:
    """The least and the most that the law lets a lender charge, and what of the charge is above it."""

    least: Decimal
    most: Decimal
    over: Decimal
    lawful: bool


@formula("cn_penalty_cap", day=lambda charged: charged.from_date_exclusive_of_end, terms="CN-32")
def penalty_cap(given: ChargedInputs, terms: UpliftTerms) -> PenaltyCap:
    """Whether the penalty interest that was charged on an overdue loan is within the uplift that the law allows."""
    overdue, charged = Money.of(given.overdue_principal, given.currency), Money.of(given.charged, given.currency)
    if charged.is_negative:
        raise InvalidInput("what was charged is not negative")
    least, most = (
        penalty_interest(
            overdue,
            given.contract_rate,
            Decimal(uplift) / 100,
            given.from_date_exclusive_of_end,
            given.to,
            given.day_count_basis,
        ).interest
        for uplift in (terms.min_uplift_percent, terms.max_uplift_percent)
    )
    over = (charged - most).at_least(Money.zero(given.currency))
    return PenaltyCap(least.amount, most.amount, over.amount, over.is_zero)
