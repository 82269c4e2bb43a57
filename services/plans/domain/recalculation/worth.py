"""Formulas of what a plan is worth: before and after, settlement, penalty interest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.common.kernel.dated import PolicyValue
from services.common.kernel.formula import formula
from services.common.kernel.money import Money
from services.plans.domain.annuity import annuity_schedule
from services.plans.domain.comparison import PresentDebt, compare, new_principal
from services.plans.domain.penalty import penalty_interest
from services.plans.domain.settlement import CashFlow, settlement


@dataclass(frozen=True, slots=True)
class ComparisonInputs(PolicyValue):
    """The loan as it stands, and the rate, term and waiver of a plan that takes arrears and balance together."""

    balance_not_yet_due: Decimal
    arrears_due_now: Decimal
    current_rate: Decimal
    current_remaining: int
    new_rate: Decimal
    new_term: int
    waived: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class ComparisonOutputs:
    """Before, after, and the changes as after minus before; present values at the original rate."""

    before_payment: Decimal
    before_last_payment: Decimal
    before_remaining_interest: Decimal
    before_total_to_pay: Decimal
    new_principal: Decimal
    after_payment: Decimal
    after_last_payment: Decimal
    after_total_interest: Decimal
    after_total_to_pay: Decimal
    monthly_change: Decimal
    monthly_change_pct: Decimal | None
    total_cost_change: Decimal
    term_change_months: int
    npv_before_at_original_rate: Decimal
    npv_after_at_original_rate: Decimal
    diminished_obligation_pct: Decimal
    eu_dfo_over_1pct: bool


@dataclass(frozen=True, slots=True)
class DiminishedTerms:
    """Loss of present value above which an obligation counts as diminished, in percent."""

    over_npv_loss_percent: Decimal


@formula("plan_comparison", terms="EU-02")
def recalculate_comparison(given: ComparisonInputs, terms: DiminishedTerms) -> ComparisonOutputs:
    """Payment, total cost and present value before and after a plan, and whether the obligation is diminished."""
    debt = PresentDebt(
        Money.of(given.balance_not_yet_due, given.currency),
        Money.of(given.arrears_due_now, given.currency),
        given.current_rate,
        given.current_remaining,
    )
    principal = new_principal(debt, Money.of(given.waived, given.currency))
    after = annuity_schedule(principal, given.new_rate, given.new_term)
    found = compare(debt, after.payments, terms.over_npv_loss_percent)
    return ComparisonOutputs(
        before_payment=found.before_payment.amount,
        before_last_payment=found.before_last_payment.amount,
        before_remaining_interest=found.before_interest.amount,
        before_total_to_pay=found.before_total.amount,
        new_principal=principal.amount,
        after_payment=found.after_payment.amount,
        after_last_payment=found.after_last_payment.amount,
        after_total_interest=after.total_interest.amount,
        after_total_to_pay=found.after_total.amount,
        monthly_change=found.payment_change.amount,
        monthly_change_pct=found.payment_change_percent,
        total_cost_change=found.total_cost_change.amount,
        term_change_months=found.term_change_months,
        npv_before_at_original_rate=found.npv_before.amount,
        npv_after_at_original_rate=found.npv_after.amount,
        diminished_obligation_pct=found.diminished_percent,
        eu_dfo_over_1pct=found.diminished_over_threshold,
    )


@dataclass(frozen=True, slots=True)
class Payment(PolicyValue):
    """An amount that is offered for a month from now (0: today)."""

    month: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Recovery(PolicyValue):
    """An amount that would be collected in a month from now, with its probability from 0 to 1."""

    month: int
    amount: Decimal
    probability: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class SettlementInputs(PolicyValue):
    """The balance, what is offered for it, what would come in without, the cost of that, and the floor in percent."""

    balance: Decimal
    discount_rate_annual_effective: Decimal
    offer: tuple[Payment, ...]
    baseline: tuple[Recovery, ...]
    baseline_cost_pv: Decimal
    floor_recovery_pct: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class SettlementOutputs:
    """Face value and present values; `accept` was decided on the unrounded ones."""

    nominal_offer: Decimal
    nominal_discount_pct: Decimal
    pv_offer: Decimal
    pv_baseline_net: Decimal
    pv_advantage: Decimal
    pv_recovery_pct: Decimal
    accept: bool


@formula("settlement_pv")
def recalculate_settlement(given: SettlementInputs) -> SettlementOutputs:
    """Whether less than the balance, paid soon, is worth more than what would be collected, and more than the floor."""
    currency = given.currency
    found = settlement(
        Money.of(given.balance, currency),
        given.discount_rate_annual_effective,
        [CashFlow(one.month, Money.of(one.amount, currency)) for one in given.offer],
        [CashFlow(one.month, Money.of(one.amount, currency), one.probability) for one in given.baseline],
        Money.of(given.baseline_cost_pv, currency),
        given.floor_recovery_pct,
    )
    return SettlementOutputs(
        nominal_offer=found.nominal_offer.amount,
        nominal_discount_pct=found.nominal_discount_percent,
        pv_offer=found.pv_offer.amount,
        pv_baseline_net=found.pv_baseline_net.amount,
        pv_advantage=found.pv_advantage.amount,
        pv_recovery_pct=found.pv_recovery_percent,
        accept=found.accept,
    )


@dataclass(frozen=True, slots=True)
class PenaltyInputs(PolicyValue):
    """What is overdue, the contract's rate and its uplift, from a day to the day before another, days in the year."""

    overdue_principal: Decimal
    contract_rate: Decimal
    uplift: Decimal
    from_date_exclusive_of_end: date
    to: date
    day_count_basis: int
    currency: str = "CNY"


@dataclass(frozen=True, slots=True)
class PenaltyOutputs:
    """Days charged, the rate with its uplift, the interest rounded half up."""

    days: int
    penalty_rate: str
    penalty_interest: Decimal


@formula("penalty_interest")
def recalculate_penalty_interest(given: PenaltyInputs) -> PenaltyOutputs:
    """Penalty interest on overdue principal; the first day counts, the last one does not."""
    found = penalty_interest(
        Money.of(given.overdue_principal, given.currency),
        given.contract_rate,
        given.uplift,
        given.from_date_exclusive_of_end,
        given.to,
        given.day_count_basis,
    )
    return PenaltyOutputs(found.days, f"{found.rate.normalize():f}", found.interest.amount)
