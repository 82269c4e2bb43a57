"""A statement of means as people give it: per week or year, and from..to where it is uncertain; made monthly here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from operator import attrgetter

from services.common.kernel.errors import InvalidInput
from services.common.kernel.money import Money
from services.common.kernel.rule import business_rule
from services.plans.domain.affordability import (
    Affordability,
    AffordabilityResult,
    AffordabilityTerms,
    StatementOfMeans,
    affordability,
)


class Frequency(StrEnum):
    """How often an amount comes in or goes out."""

    WEEK = "week"
    TWO_WEEKS = "two_weeks"
    FOUR_WEEKS = "four_weeks"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


_TIMES_A_YEAR = {
    Frequency.WEEK: 52,
    Frequency.TWO_WEEKS: 26,
    Frequency.FOUR_WEEKS: 13,
    Frequency.MONTH: 12,
    Frequency.QUARTER: 4,
    Frequency.YEAR: 1,
}


@dataclass(frozen=True, slots=True)
class Stated:
    """An amount from `low` to `high`, both possible, per `per`. InvalidInput when they are the wrong way round."""

    low: Money
    high: Money
    per: Frequency = Frequency.MONTH

    def __post_init__(self) -> None:
        if self.high < self.low:
            raise InvalidInput("a range goes from the lower amount to the higher one")

    @property
    def lowest(self) -> Money:
        """By month, rounded half up."""
        return monthly(self.low, self.per)

    @property
    def highest(self) -> Money:
        """By month, rounded half up."""
        return monthly(self.high, self.per)


def monthly(amount: Money, per: Frequency) -> Money:
    """A twelfth of what an amount is in a year of 52 weeks, rounded half up to the minor unit."""
    return amount.times(Fraction(_TIMES_A_YEAR[per], 12))


class Certainty(StrEnum):
    """Whether something can be paid: whatever happens, only if things go well enough, or not even then."""

    CERTAIN = "certain"
    ONLY_IF = "only_if"
    NOT = "not"


@dataclass(frozen=True, slots=True)
class StatedMeans:
    """Income and outgoings by name as they were stated, and the unsecured debts among which a surplus is shared."""

    currency: str
    income: Mapping[str, Stated]
    priority_expenses: Mapping[str, Stated]
    living_costs: Mapping[str, Stated]
    unsecured_debts: Mapping[str, Money]
    own_debt: str

    def in_a_lean_month(self) -> StatementOfMeans:
        """The least income and the most outgoings."""
        return self._month(attrgetter("lowest"), attrgetter("highest"))

    def in_a_good_month(self) -> StatementOfMeans:
        """The most income and the least outgoings."""
        return self._month(attrgetter("highest"), attrgetter("lowest"))

    def _month(self, comes_in: Callable[[Stated], Money], goes_out: Callable[[Stated], Money]) -> StatementOfMeans:
        return StatementOfMeans(
            self.currency,
            {name: comes_in(stated) for name, stated in self.income.items()},
            {name: goes_out(stated) for name, stated in self.priority_expenses.items()},
            {name: goes_out(stated) for name, stated in self.living_costs.items()},
            self.unsecured_debts,
            self.own_debt,
        )


@dataclass(frozen=True, slots=True)
class Assessment:
    """What can be paid in a lean month, and in a good one; what is promised rests on the lean one.

    `surplus_needed` is the least surplus of a month in which the instalment can be paid (with none proposed: in which
    anything can), if it can be in a good one; a month below it is the counter-example.
    """

    lean: Affordability
    good: Affordability
    certainty: Certainty
    surplus_needed: Money | None

    @property
    def income_needed(self) -> Money | None:
        """The least income for that, with the most outgoings."""
        if self.surplus_needed is None:
            return None
        return self.lean.total_income + self.surplus_needed - self.lean.surplus


@business_rule(
    id="AFF-02",
    group="affordability",
    summary="What is offered rests on the least income and the most outgoings that the borrower states.",
)
def fits(found: Affordability) -> bool:
    return found.result is AffordabilityResult.AFFORDABLE


def assess(means: StatedMeans, terms: AffordabilityTerms, proposed: Money | None = None) -> Assessment:
    """Assess stated means, and the proposed instalment if there is one. InvalidInput as `affordability` has it."""
    lean = affordability(means.in_a_lean_month(), terms, proposed)
    good = affordability(means.in_a_good_month(), terms, proposed)
    if fits(lean):
        certainty = Certainty.CERTAIN
    else:
        certainty = Certainty.ONLY_IF if fits(good) else Certainty.NOT
    needed = _surplus_needed(means, terms, proposed, good) if fits(good) else None
    return Assessment(lean, good, certainty, needed)


def _surplus_needed(
    means: StatedMeans, terms: AffordabilityTerms, proposed: Money | None, good: Affordability
) -> Money:
    """The least surplus that is enough, found by halving between nothing and a good month's."""
    low, high = 0, good.surplus.minor
    while high - low > 1:
        middle = (low + high) // 2
        month = StatementOfMeans(
            means.currency, {"surplus": Money.from_minor(middle, means.currency)}, {}, {}, means.unsecured_debts,
            means.own_debt,
        )  # fmt: skip
        if fits(affordability(month, terms, proposed)):
            high = middle
        else:
            low = middle
    return Money.from_minor(high, means.currency)
