"""Settlement: is less than the full balance, paid soon, worth more than what would be collected otherwise?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import lru_cache

from services.common.kernel.errors import InvalidInput
from services.common.kernel.money import Money
from services.plans.domain.annuity import MAX_PERIODS
from services.plans.domain.interest_suspension import percent

_DIGITS = 50  # significant digits of the discounting, far beyond the 28 the calculation asks for


@dataclass(frozen=True, slots=True)
class CashFlow:
    """An amount expected `month` months from now with a probability from 0 to 1."""

    month: int
    amount: Money
    probability: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Settlement:
    """Result. Present values are rounded for display; `accept` was decided on the unrounded ones."""

    nominal_offer: Money
    nominal_discount_percent: Decimal
    pv_offer: Money
    pv_baseline_net: Money
    pv_advantage: Money
    pv_recovery_percent: Decimal
    accept: bool


def settlement(
    balance: Money,
    annual_effective_rate: Decimal,
    offer: Sequence[CashFlow],
    baseline: Sequence[CashFlow],
    baseline_cost_pv: Money,
    floor_recovery_percent: Decimal,
) -> Settlement:
    """Compare an offer with the probability-weighted recoveries without it, both discounted to today.

    Accept when the offer is worth at least the baseline after cost, and at least the floor's share of the balance.
    InvalidInput when there is no balance, the offer is not certain money, or an amount, a month or a probability makes
    no sense.
    """
    if not balance.is_positive or annual_effective_rate <= -1:
        raise InvalidInput("a settlement needs a balance and a discount rate above -100 percent")
    if any(flow.probability != 1 for flow in offer):
        raise InvalidInput("an offer is what will be paid; it carries no probability")
    nominal = Money.total((flow.amount for flow in offer), balance.currency)
    if not nominal.is_positive or baseline_cost_pv.is_negative or floor_recovery_percent < 0:
        raise InvalidInput("an offer pays something; neither the cost without it nor the floor is negative")
    for flow in (*offer, *baseline):
        _require_sense(flow)
    pv_offer = present_value(offer, annual_effective_rate)
    pv_baseline = present_value(baseline, annual_effective_rate) - baseline_cost_pv.exact
    recovery = pv_offer / balance.exact * 100
    return Settlement(
        nominal_offer=nominal,
        nominal_discount_percent=percent((1 - nominal.exact / balance.exact) * 100, 2),
        pv_offer=Money.rounded(pv_offer, balance.currency),
        pv_baseline_net=Money.rounded(pv_baseline, balance.currency),
        pv_advantage=Money.rounded(pv_offer - pv_baseline, balance.currency),
        pv_recovery_percent=percent(recovery, 2),
        accept=pv_offer >= pv_baseline and recovery >= Fraction(floor_recovery_percent),
    )


def _require_sense(flow: CashFlow) -> None:
    if flow.amount.is_negative or not 0 <= flow.month <= MAX_PERIODS or not 0 <= flow.probability <= 1:
        raise InvalidInput("an amount is not negative, its month not in the past, its probability from 0 to 1")


def present_value(flows: Iterable[CashFlow], rate: Decimal) -> Fraction:
    """Expected amounts discounted to today at an annual effective rate, unrounded."""
    return sum(
        (flow.amount.exact * Fraction(flow.probability) * discount_factor(rate, flow.month) for flow in flows),
        Fraction(0),
    )


@lru_cache(maxsize=4096)
def discount_factor(rate: Decimal, month: int) -> Fraction:
    """What one unit in a month is worth today."""
    with localcontext() as context:
        context.prec = _DIGITS
        return Fraction(1 / (1 + rate) ** (Decimal(month) / 12))
