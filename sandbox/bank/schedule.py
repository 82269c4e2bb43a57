"""The bank's own arithmetic of schedules: annuity, equal parts, due dates. Written apart from Forbear's on purpose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from services.common.kernel.money import Money
from services.common.kernel.months import add_months


@dataclass(frozen=True)
class Installment:
    """One period of a schedule: what is due when, by component."""

    number: int
    due_date: date
    principal: Money
    interest: Money
    fees: Money

    @cached_property
    def total(self) -> Money:
        return self.principal + self.interest + self.fees


def annuity_payment(principal: Money, annual_rate: Decimal, periods: int) -> Money:
    """The equal monthly payment, rounded half up once; the monthly rate is a twelfth and never rounded."""
    rate = Fraction(annual_rate) / 12
    if rate == 0:
        return Money.rounded(principal.exact / periods, principal.currency)
    return Money.rounded(principal.exact * rate / (1 - (1 + rate) ** -periods), principal.currency)


def amortise(
    principal: Money, annual_rate: Decimal, periods: int, first_due: date, first_number: int
) -> list[Installment]:
    """Monthly annuity; the last period closes the balance, so it differs from the others by rounding."""
    payment = annuity_payment(principal, annual_rate, periods)
    zero = Money.zero(principal.currency)
    balance, lines = principal, []
    for index in range(periods):
        interest = balance.times(Fraction(annual_rate) / 12)
        part = balance if index == periods - 1 else (payment - interest).at_most(balance)
        lines.append(Installment(first_number + index, add_months(first_due, index), part, interest, zero))
        balance -= part
    return lines


def equal_parts(principal: Money, interest: Money, fees: Money, periods: int, first_due: date) -> list[Installment]:
    """Equal instalments without further interest: each total is rounded down, the remainder is in the last.

    Within the fixed totals the components are used up in the order fees, interest, principal.
    """
    totals = (principal + interest + fees).split_equally(periods)
    lines = []
    for index, total in enumerate(totals):
        fee_part = fees.at_most(total)
        interest_part = interest.at_most(total - fee_part)
        principal_part = total - fee_part - interest_part
        fees, interest, principal = fees - fee_part, interest - interest_part, principal - principal_part
        lines.append(Installment(index + 1, add_months(first_due, index), principal_part, interest_part, fee_part))
    return lines
