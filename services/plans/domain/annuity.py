"""Annuity amortisation: equal instalments, interest on the balance, the last one closes it.

Rates are annual nominal decimals, the monthly rate is the twelfth of it and is never rounded; each month's interest
is rounded half up to the minor unit. All steps in between are exact rationals.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from services.common.kernel.errors import InvalidInput
from services.common.kernel.money import Money

MAX_PERIODS = 1200  # a hundred years of months: beyond is a slip of the pen, and takes too long to compute
_MAX_RATE = 100
_MOST_DECIMALS = 28


@dataclass(frozen=True, slots=True)
class Row:
    """One month: the payment, its parts, and the balance after it."""

    number: int
    payment: Money
    interest: Money
    principal: Money
    balance: Money


@dataclass(frozen=True, slots=True)
class Schedule:
    """A repayment schedule; `payment` is the regular instalment, the last row may differ by the rounding."""

    principal: Money
    payment: Money
    rows: tuple[Row, ...]

    @property
    def payments(self) -> tuple[Money, ...]:
        return tuple(row.payment for row in self.rows)

    @property
    def last_payment(self) -> Money:
        return self.rows[-1].payment

    @property
    def total_interest(self) -> Money:
        return Money.total((row.interest for row in self.rows), self.principal.currency)

    @property
    def total_paid(self) -> Money:
        return Money.total(self.payments, self.principal.currency)


def monthly_rate(annual_rate: Decimal) -> Fraction:
    """A twelfth of the annual rate, exact. InvalidInput when it is negative, not finite, or no rate of a loan."""
    return exact_rate(annual_rate) / 12


def exact_rate(rate: Decimal) -> Fraction:
    """A rate as a fraction. InvalidInput unless it is from 0 to 100 with at most 28 decimals."""
    exponent = rate.as_tuple().exponent
    # The exponent first: Decimal("1E-999999") must not be expanded.
    if not isinstance(exponent, int) or exponent < -_MOST_DECIMALS or not 0 <= rate <= _MAX_RATE:
        raise InvalidInput(
            "an annual rate is a finite number, not negative, such as 0.12", fields=[("#/annual_rate", "not a rate")]
        )
    return Fraction(rate)


def require_periods(periods: int) -> None:
    """InvalidInput unless there is one month at least, and no more than a hundred years of them."""
    if not 1 <= periods <= MAX_PERIODS:
        raise InvalidInput(f"a schedule has 1 to {MAX_PERIODS} months", fields=[("#/periods", "out of bounds")])


def annuity_payment(principal: Money, annual_rate: Decimal, periods: int) -> Money:
    """The regular instalment `P*i / (1 - (1+i)^-n)`, or `P/n` without interest, rounded half up."""
    require_periods(periods)
    if principal.is_negative:
        raise InvalidInput("a schedule needs a principal that is not negative")
    i = monthly_rate(annual_rate)
    if i == 0:
        return principal.times(Fraction(1, periods))
    growth = (1 + i) ** periods
    return principal.times(i * growth / (growth - 1))


@lru_cache(maxsize=32)
def annuity_schedule(principal: Money, annual_rate: Decimal, periods: int) -> Schedule:
    """All months of the annuity; the last instalment is the remaining balance and its interest.

    Counted in minor units: hundreds of schedules are computed before one is offered. The latest are kept, as every
    relief is compared with the same contract.
    """
    payment = annuity_payment(principal, annual_rate, periods)
    i = monthly_rate(annual_rate)
    regular, balance, currency = payment.minor, principal.minor, principal.currency
    rows: list[Row] = []
    for number in range(1, periods + 1):
        # Half up: neither balance nor rate is negative.
        interest = (2 * balance * i.numerator + i.denominator) // (2 * i.denominator)
        # With a tiny principal the rounded instalment can repay everything before the last month.
        part = balance if number == periods else min(regular - interest, balance)
        balance -= part
        money = (Money.from_minor(units, currency) for units in (interest + part, interest, part, balance))
        rows.append(Row(number, *money))
    return Schedule(principal, payment, tuple(rows))
