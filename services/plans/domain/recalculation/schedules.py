"""Formulas of schedules: annuity, deferral in its four modes, interest suspension."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from services.common.kernel.dated import PolicyValue
from services.common.kernel.errors import InvalidInput
from services.common.kernel.formula import formula
from services.common.kernel.money import Money, minor_digits
from services.plans.domain.annuity import annuity_schedule
from services.plans.domain.deferral import Deferral, DeferralMode, deferral
from services.plans.domain.interest_suspension import Claim, interest_suspension


@dataclass(frozen=True, slots=True)
class AnnuityInputs(PolicyValue):
    """A loan: principal, annual nominal rate ("0.12"), months. `minor_unit_digits`, if given, is the currency's."""

    principal: Decimal
    annual_rate: Decimal
    periods: int
    currency: str
    minor_unit_digits: int | None = None


@dataclass(frozen=True, slots=True)
class BalanceAfter:
    """The balance after the k-th payment."""

    k: int
    balance: Decimal


@dataclass(frozen=True, slots=True)
class AnnuityOutputs:
    """The regular payment, its first parts, balances, the last payment, and totals."""

    payment: Decimal
    first_interest: Decimal
    first_principal: Decimal
    balance_after_1: Decimal
    balance_after_half: BalanceAfter
    last_payment: Decimal
    total_interest: Decimal
    total_paid: Decimal


@formula("annuity")
def recalculate_annuity(given: AnnuityInputs) -> AnnuityOutputs:
    """Equal monthly payments of a loan, interest on the balance; the last payment closes it."""
    if given.minor_unit_digits not in (None, minor_digits(given.currency)):
        raise InvalidInput(f"{given.currency} has {minor_digits(given.currency)} decimals")
    principal = Money.of(given.principal, given.currency)
    schedule = annuity_schedule(principal, given.annual_rate, given.periods)
    first, half = schedule.rows[0], given.periods // 2
    after_half = schedule.rows[half - 1].balance if half else principal
    return AnnuityOutputs(
        payment=schedule.payment.amount,
        first_interest=first.interest.amount,
        first_principal=first.principal.amount,
        balance_after_1=first.balance.amount,
        balance_after_half=BalanceAfter(half, after_half.amount),
        last_payment=schedule.last_payment.amount,
        total_interest=schedule.total_interest.amount,
        total_paid=schedule.total_paid.amount,
    )


@dataclass(frozen=True, slots=True)
class DeferralInputs(PolicyValue):
    """A loan and the months to defer. `deferral_interest` may say how that interest runs; there is one way."""

    balance: Decimal
    annual_rate: Decimal
    remaining_periods: int
    deferral_months: int
    currency: str
    deferral_interest: str | None = None


@formula("deferral")
def recalculate_deferral(given: DeferralInputs) -> Mapping[str, object]:
    """A deferral in its four modes beside going on without one; null for a mode that leaves no payment."""
    balance, rate, remaining = Money.of(given.balance, given.currency), given.annual_rate, given.remaining_periods
    without = annuity_schedule(balance, rate, remaining)

    def of(mode: DeferralMode) -> Deferral:
        return deferral(balance, rate, remaining, given.deferral_months, mode)

    spread = of(DeferralMode.SPREAD_EXTEND)
    waived = of(DeferralMode.WAIVE_EXTEND)
    parts = spread.deferral_interest.split_equally(spread.payments)
    spread_facts = _facts(spread)
    return {
        "baseline_no_deferral": {
            "payment": without.payment.amount,
            "payments": len(without.rows),
            "last_payment": without.last_payment.amount,
            "total_interest": without.total_interest.amount,
        },
        "deferral_interest": spread.deferral_interest.amount,
        "A_capitalise_extend": _facts(of(DeferralMode.CAPITALISE_EXTEND)),
        "B_capitalise_fixed_maturity": _facts(of(DeferralMode.CAPITALISE_FIXED_MATURITY))
        if given.deferral_months < remaining
        else None,
        "C_spread_interest_free_extend": {
            "new_principal": spread_facts.pop("new_principal"),
            "payments": spread_facts.pop("payments"),
            "base_payment": without.payment.amount,
            "deferred_interest_per_instalment": parts[0].amount,
            "deferred_interest_last": parts[-1].amount,
        }
        | spread_facts,
        "D_interest_waived_extend": _facts(waived) | {"interest_forgone": waived.interest_forgone.amount},
    }


def _facts(found: Deferral) -> dict[str, object]:
    return {
        "new_principal": found.new_principal.amount,
        "payments": found.payments,
        "payment": found.payment.amount,
        "last_payment": found.last_payment.amount,
        "total_interest_incl_deferral": found.total_interest.amount,
        "extra_interest_vs_baseline": found.extra_interest.amount,
        "payment_change": found.payment_change.amount,
        "maturity_shift_months": found.maturity_shift_months,
    }


@dataclass(frozen=True, slots=True)
class SuspensionInputs(PolicyValue):
    """The parts of a claim, what of them is waived, and the instalments: wanted, and at most (CN-14: 60 for cards)."""

    principal: Decimal
    accrued_interest: Decimal
    fees: Decimal
    waived_interest: Decimal
    waived_fees: Decimal
    instalments: int
    currency: str
    max_instalments: int


@dataclass(frozen=True, slots=True)
class SuspensionOutputs:
    """The fixed total and its instalments; `allowed` is whether there are no more of them than may be."""

    plan_total: Decimal
    instalment: Decimal
    last_instalment: Decimal
    sum: Decimal
    interest_during_plan: Decimal
    allowed: bool
    discount_on_claim: str


@formula("interest_suspension")
def recalculate_interest_suspension(given: SuspensionInputs) -> SuspensionOutputs:
    """A claim that is fixed and paid in equal instalments without interest, the remainder in the last."""
    parts = (given.principal, given.accrued_interest, given.fees, given.waived_interest, given.waived_fees)
    claim = Claim(*(Money.of(part, given.currency) for part in parts))
    plan = interest_suspension(claim, given.instalments, given.max_instalments)
    total = Money.total(plan.instalments, given.currency)
    return SuspensionOutputs(
        plan_total=plan.plan_total.amount,
        instalment=plan.instalment.amount,
        last_instalment=plan.last_instalment.amount,
        sum=total.amount,
        interest_during_plan=(total - plan.plan_total).amount,
        allowed=plan.allowed,
        discount_on_claim=f"{plan.discount_percent}%",
    )
