"""Where an account stands: its schedule and the sum of its postings, read together.

Payments fill the oldest period first, within a period interest, then fees, then principal. Nothing is stored per
period, so a reversal in any order gives what would be if the payment had never come.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sandbox.bank.schedule import Installment
from services.common.kernel.money import Money


@dataclass(frozen=True)
class Filled:
    """A period with what has been paid on it."""

    period: Installment
    interest: Money
    fees: Money
    principal: Money

    @cached_property
    def paid(self) -> Money:
        return self.interest + self.fees + self.principal

    @cached_property
    def unpaid(self) -> Money:
        return self.period.total - self.paid


@dataclass(frozen=True)
class Standing:
    """An account on one day: past due before that day, and not yet due on it or later."""

    today: date
    periods: tuple[Filled, ...]
    unapplied: Money
    owed_again: Money

    @cached_property
    def past_due(self) -> list[Filled]:
        return [f for f in self.periods if f.period.due_date < self.today and f.unpaid.is_positive]

    @cached_property
    def upcoming(self) -> list[Filled]:
        return [f for f in self.periods if f.period.due_date >= self.today and f.unpaid.is_positive]

    @cached_property
    def arrears_principal(self) -> Money:
        return self._sum(f.period.principal - f.principal for f in self.past_due) + self.owed_again

    @property
    def arrears_interest(self) -> Money:
        return self._sum(f.period.interest - f.interest for f in self.past_due)

    @property
    def arrears_fees(self) -> Money:
        return self._sum(f.period.fees - f.fees for f in self.past_due)

    @property
    def arrears(self) -> Money:
        return self.arrears_principal + self.arrears_interest + self.arrears_fees

    @property
    def balance(self) -> Money:
        """Principal that is not yet due."""
        return self._sum(f.period.principal - f.principal for f in self.upcoming)

    @property
    def outstanding(self) -> Money:
        """Everything still to pay by schedule, future interest included."""
        return self._sum(f.unpaid for f in self.periods) + self.owed_again

    @cached_property
    def oldest_unpaid_due_date(self) -> date | None:
        if self.past_due:
            return self.past_due[0].period.due_date
        # What a reversal of an earlier schedule's payment made owed again has no period: it dates from the last due.
        if self.owed_again.is_positive:
            return max((f.period.due_date for f in self.periods if f.period.due_date < self.today), default=self.today)
        return None

    def _sum(self, amounts: Iterable[Money]) -> Money:
        return Money.total(amounts, self.unapplied.currency)


def standing(schedule: Sequence[Installment], paid: Money, today: date) -> Standing:
    """Fill the periods with `paid` (net of reversals; negative when an earlier schedule's payment was reversed)."""
    zero = Money.zero(paid.currency)
    left, filled = paid.at_least(zero), []
    for period in schedule:
        interest = period.interest.at_most(left)
        fees = period.fees.at_most(left - interest)
        principal = period.principal.at_most(left - interest - fees)
        left = left - interest - fees - principal
        filled.append(Filled(period, interest, fees, principal))
    return Standing(today, tuple(filled), left, (-paid).at_least(zero))
