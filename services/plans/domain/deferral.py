"""Payment deferral in its four modes, against going on as before."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from services.common.kernel.errors import InvalidInput
from services.common.kernel.money import Money
from services.plans.domain.annuity import annuity_schedule, monthly_rate, require_periods


class DeferralMode(StrEnum):
    """What happens to the interest of the deferred months and to the end of the loan."""

    CAPITALISE_EXTEND = "A"  # joins the principal, maturity moves
    CAPITALISE_FIXED_MATURITY = "B"  # joins the principal, fewer and higher instalments
    SPREAD_EXTEND = "C"  # collected in equal parts without interest on it, maturity moves
    WAIVE_EXTEND = "D"  # waived, maturity moves


@dataclass(frozen=True, slots=True)
class Deferral:
    """Result of one mode; interest totals include what accrues while nothing is paid."""

    mode: DeferralMode
    new_principal: Money
    payments: int
    payment: Money
    last_payment: Money
    deferral_interest: Money
    total_interest: Money
    extra_interest: Money
    payment_change: Money
    maturity_shift_months: int
    interest_forgone: Money


def deferral(balance: Money, annual_rate: Decimal, remaining: int, months: int, mode: DeferralMode) -> Deferral:
    """Defer `months` instalments of a loan with `remaining` ones.

    Interest of the deferral is simple: `months * round(balance * rate/12)`, capitalised at most once, at the end.
    InvalidInput when nothing is deferred, or when mode B would leave no instalment.
    """
    require_periods(months)
    require_periods(remaining)
    if mode is DeferralMode.CAPITALISE_FIXED_MATURITY and months >= remaining:
        raise InvalidInput("with the maturity kept, the deferral must be shorter than the remaining term")
    zero = Money.zero(balance.currency)
    before = annuity_schedule(balance, annual_rate, remaining)
    interest = balance.times(monthly_rate(annual_rate)).times(months)
    capitalised = mode in (DeferralMode.CAPITALISE_EXTEND, DeferralMode.CAPITALISE_FIXED_MATURITY)
    fixed_maturity = mode is DeferralMode.CAPITALISE_FIXED_MATURITY

    count = remaining - months if fixed_maturity else remaining
    principal = balance + interest if capitalised else balance
    after = annuity_schedule(principal, annual_rate, count)
    parts = (interest if mode is DeferralMode.SPREAD_EXTEND else zero).split_equally(count)
    collected = zero if mode is DeferralMode.WAIVE_EXTEND else interest
    total_interest = after.total_interest + collected
    payment = after.payment + parts[0]
    return Deferral(
        mode=mode,
        new_principal=principal,
        payments=count,
        payment=payment,
        last_payment=after.last_payment + parts[-1],
        deferral_interest=interest,
        total_interest=total_interest,
        extra_interest=total_interest - before.total_interest,
        payment_change=payment - before.payment,
        maturity_shift_months=0 if fixed_maturity else months,
        interest_forgone=interest if mode is DeferralMode.WAIVE_EXTEND else zero,
    )
