"""Formula of affordability."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from services.common.kernel.dated import PolicyValue
from services.common.kernel.formula import formula
from services.common.kernel.money import Money
from services.plans.domain.affordability import AffordabilityTerms, StatementOfMeans, affordability


@dataclass(frozen=True, slots=True)
class AffordabilityInputs(PolicyValue):
    """Monthly amounts by name, the unsecured debts, what of a surplus may be used, and the instalment in question."""

    income: Mapping[str, Decimal]
    priority_expenses: Mapping[str, Decimal]
    living_costs: Mapping[str, Decimal]
    savings_pct: Decimal
    savings_cap: Decimal
    unsecured_debts: Mapping[str, Decimal]
    own_debt: str
    usable_share_pct: Decimal
    currency: str
    proposed_instalment: Decimal | None = None


@dataclass(frozen=True, slots=True)
class AffordabilityOutputs:
    """Totals, what is left, each creditor's share of it, and whether the instalment fits into ours."""

    total_income: Decimal
    total_priority: Decimal
    total_living: Decimal
    surplus: Decimal
    savings_allowance: Decimal
    available_for_debts: Decimal
    usable: Decimal
    pro_rata: Mapping[str, Decimal]
    max_affordable_own_instalment: Decimal
    proposed_headroom: Decimal | None
    result: str


@formula("affordability")
def recalculate_affordability(given: AffordabilityInputs) -> AffordabilityOutputs:
    """What a borrower can pay to each creditor after priority and living costs; a deficit yields nothing."""

    def amounts(group: Mapping[str, Decimal]) -> dict[str, Money]:
        return {name: Money.of(amount, given.currency) for name, amount in group.items()}

    means = StatementOfMeans(
        given.currency,
        amounts(given.income),
        amounts(given.priority_expenses),
        amounts(given.living_costs),
        amounts(given.unsecured_debts),
        given.own_debt,
    )
    terms = AffordabilityTerms(given.usable_share_pct, given.savings_pct, given.savings_cap)
    proposed = None if given.proposed_instalment is None else Money.of(given.proposed_instalment, given.currency)
    found = affordability(means, terms, proposed)
    return AffordabilityOutputs(
        total_income=found.total_income.amount,
        total_priority=found.total_priority.amount,
        total_living=found.total_living.amount,
        surplus=found.surplus.amount,
        savings_allowance=found.savings_allowance.amount,
        available_for_debts=found.available.amount,
        usable=found.usable.amount,
        pro_rata={name: share.amount for name, share in found.pro_rata.items()},
        max_affordable_own_instalment=found.own_share.amount,
        proposed_headroom=None if found.headroom is None else found.headroom.amount,
        result=found.result.value,
    )
