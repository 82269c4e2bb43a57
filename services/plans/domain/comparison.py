"""Before and after a plan: instalment, total cost, term, and the lender's present value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from services.common.kernel.errors import InvalidInput
from services.common.kernel.money import Money, minor_digits
from services.plans.domain.annuity import annuity_schedule, monthly_rate
from services.plans.domain.interest_suspension import percent


@dataclass(frozen=True, slots=True)
class PresentDebt:
    """The loan as it stands: balance not yet due, arrears due now, annual rate, instalments left."""

    balance_not_yet_due: Money
    arrears_due_now: Money
    annual_rate: Decimal
    remaining: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the borrower and the approver must both see; changes are after minus before.

    Present values are at the original rate. `diminished_percent` is the loss of present value in percent of before.
    `payment_change_percent` is None when nothing was to be paid monthly (everything is due now).
    """

    before_payment: Money
    before_last_payment: Money
    before_interest: Money
    before_total: Money
    after_payment: Money
    after_last_payment: Money
    after_payments: int
    after_total: Money
    payment_change: Money
    payment_change_percent: Decimal | None
    total_cost_change: Money
    term_change_months: int
    npv_before: Money
    npv_after: Money
    diminished_percent: Decimal
    diminished_over_threshold: bool


def new_principal(debt: PresentDebt, waived: Money) -> Money:
    """Balance and arrears together, without what is waived. InvalidInput when nothing would be left."""
    principal = debt.balance_not_yet_due + debt.arrears_due_now - waived
    if debt.arrears_due_now.is_negative:
        raise InvalidInput("what is due now is not negative", fields=[("#/arrears_due_now", "negative")])
    if waived.is_negative or not principal.is_positive:
        raise InvalidInput("what is waived must leave something to repay")
    return principal


def compare(debt: PresentDebt, after: Sequence[Money], threshold_percent: Decimal) -> Comparison:
    """Compare going on as agreed (arrears now, then the present schedule) with monthly payments from next month on.

    `threshold_percent`: loss of present value above which the obligation counts as diminished (EU: 1).
    """
    return compare_flows(debt, list(enumerate(after, 1)), threshold_percent)


def compare_flows(debt: PresentDebt, after: Sequence[tuple[int, Money]], threshold_percent: Decimal) -> Comparison:
    """The same for payments in any months, ascending; month 0 is now. InvalidInput when nothing is paid or owed."""
    currency = debt.balance_not_yet_due.currency
    before = present_payments(debt)
    zero = Money.zero(currency)
    before_payment = before[0] if before else zero
    rate = monthly_rate(debt.annual_rate)
    npv_before = npv([(0, debt.arrears_due_now), *enumerate(before, 1)], rate)
    if not after or npv_before <= 0:
        raise InvalidInput("a plan needs something that is owed, and at least one payment")
    npv_after = npv(after, rate)
    diminished = (npv_before - npv_after) / npv_before * 100
    scheduled = Money.total(before, currency)
    before_total = debt.arrears_due_now + scheduled
    after_total = Money.total((amount for _, amount in after), currency)
    first, last = after[0][1], after[-1][1]
    change = first - before_payment
    return Comparison(
        before_payment=before_payment,
        before_last_payment=before[-1] if before else zero,
        before_interest=scheduled - debt.balance_not_yet_due,
        before_total=before_total,
        after_payment=first,
        after_last_payment=last,
        after_payments=len(after),
        after_total=after_total,
        payment_change=change,
        payment_change_percent=None
        if before_payment.is_zero
        else percent(change.exact / before_payment.exact * 100, 2),
        total_cost_change=after_total - before_total,
        term_change_months=after[-1][0] - debt.remaining,
        npv_before=Money.rounded(npv_before, currency),
        npv_after=Money.rounded(npv_after, currency),
        diminished_percent=percent(diminished, 4),
        diminished_over_threshold=diminished > Fraction(threshold_percent),
    )


def present_payments(debt: PresentDebt) -> tuple[Money, ...]:
    """The present schedule; none when the term has run out and everything is due."""
    if debt.remaining == 0 and debt.balance_not_yet_due.is_zero:
        return ()
    return annuity_schedule(debt.balance_not_yet_due, debt.annual_rate, debt.remaining).payments


def npv(payments: Sequence[tuple[int, Money]], rate: Fraction) -> Fraction:
    """Payments by month, ascending, discounted at a monthly rate, exactly.

    Horner, so powers are not recomputed, and with one division at the end, as that of rationals costs most.
    """
    if not payments:
        return Fraction(0)
    keeps, grows = rate.denominator, rate.numerator + rate.denominator  # 1 / (1 + rate)
    value, over, later = 0, 1, payments[-1][0]
    for month, payment in reversed(payments):
        value, over = value * keeps ** (later - month), over * grows ** (later - month)
        value, later = value + payment.minor * over, month
    units: int = 10 ** minor_digits(payments[0][1].currency)
    return Fraction(value * keeps**later, over * grows**later * units)
