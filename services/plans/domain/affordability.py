"""Affordability: what is left after priority and living costs, and our fair share of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from services.common.kernel.dated import PolicyValue
from services.common.kernel.errors import InvalidInput
from services.common.kernel.money import Money

_WHOLE = 100


class AffordabilityResult(StrEnum):
    """DEFICIT never yields an instalment: only an interim hold, a token payment or debt advice."""

    AFFORDABLE = "AFFORDABLE"
    UNAFFORDABLE = "UNAFFORDABLE"
    DEFICIT = "DEFICIT"


@dataclass(frozen=True, slots=True)
class StatementOfMeans:
    """Monthly amounts by name, all in one currency, and the unsecured debts among which the surplus is shared."""

    currency: str
    income: Mapping[str, Money]
    priority_expenses: Mapping[str, Money]
    living_costs: Mapping[str, Money]
    unsecured_debts: Mapping[str, Money]
    own_debt: str


@dataclass(frozen=True, slots=True)
class SavingsLine:
    """What of a surplus the common form leaves to the borrower, in percent and at most, by month (UK-17)."""

    savings_percent: Decimal
    max_savings_gbp_per_month: Decimal


@dataclass(frozen=True, slots=True)
class AffordabilityTerms(PolicyValue):
    """Share of the surplus that may be used, and the savings the borrower keeps before (percent, with a cap)."""

    usable_share_percent: Decimal = Decimal(100)
    savings_percent: Decimal = Decimal(0)
    savings_cap: Decimal = Decimal(0)

    def with_savings(self, line: SavingsLine) -> AffordabilityTerms:
        """The same with the savings of the common form; what the house leaves beyond it stays."""
        return replace(
            self,
            savings_percent=max(self.savings_percent, line.savings_percent),
            savings_cap=max(self.savings_cap, line.max_savings_gbp_per_month),
        )


@dataclass(frozen=True, slots=True)
class Affordability:
    """Result; `own_share` is the highest instalment this borrower can be offered."""

    total_income: Money
    total_priority: Money
    total_living: Money
    surplus: Money
    savings_allowance: Money
    available: Money
    usable: Money
    pro_rata: Mapping[str, Money]
    own_share: Money
    result: AffordabilityResult
    headroom: Money | None = None


def affordability(
    means: StatementOfMeans, terms: AffordabilityTerms, proposed_instalment: Money | None = None
) -> Affordability:
    """Assess the means, and the proposed instalment if there is one.

    Without a proposal the result is AFFORDABLE when there is a share to offer at all. An income below zero is a loss,
    as of a business. InvalidInput when an outgoing, a debt or the instalment is negative, our own debt is not
    among the debts, or the terms take more than all; CurrencyMismatch when currencies are mixed.
    """
    zero = Money.zero(means.currency)
    groups = (means.income, means.priority_expenses, means.living_costs, means.unsecured_debts)
    if any(amount < zero for group in groups[1:] for amount in group.values()):
        raise InvalidInput("outgoings and debts are not negative; what comes back is income")
    shared = (terms.usable_share_percent, terms.savings_percent)
    if not all(0 <= percent <= _WHOLE for percent in shared) or terms.savings_cap < 0:
        raise InvalidInput("a share of the surplus is from 0 to 100 percent, and what may be saved is not negative")
    if proposed_instalment is not None and proposed_instalment.is_negative:
        raise InvalidInput("an instalment is not negative", fields=[("#/proposed_instalment", "negative")])
    if means.own_debt not in means.unsecured_debts or means.unsecured_debts[means.own_debt].is_zero:
        raise InvalidInput("our own debt must be among the unsecured debts", fields=[("#/own_debt", "not a debt")])
    income, priority, living = (Money.total(g.values(), means.currency) for g in groups[:3])
    surplus = income - priority - living
    positive = surplus.at_least(zero)
    wanted_savings = positive.times(Fraction(terms.savings_percent) / 100)
    savings = wanted_savings.at_most(Money.rounded(terms.savings_cap, means.currency, down=True))
    available = positive - savings
    usable = available.times(Fraction(terms.usable_share_percent) / 100, down=True)
    shares = usable.allocate([debt.exact for debt in means.unsecured_debts.values()])
    pro_rata = dict(zip(means.unsecured_debts, shares, strict=True))
    own = pro_rata[means.own_debt]
    return Affordability(
        total_income=income,
        total_priority=priority,
        total_living=living,
        surplus=surplus,
        savings_allowance=savings,
        available=available,
        usable=usable,
        pro_rata=pro_rata,
        own_share=own,
        result=_result(surplus, own, proposed_instalment),
        headroom=None if proposed_instalment is None else own - proposed_instalment,
    )


def _result(surplus: Money, own: Money, proposed: Money | None) -> AffordabilityResult:
    if not surplus.is_positive:
        return AffordabilityResult.DEFICIT
    fits = own.is_positive if proposed is None else proposed <= own
    return AffordabilityResult.AFFORDABLE if fits else AffordabilityResult.UNAFFORDABLE
