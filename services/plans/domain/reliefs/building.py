"""From amounts and months to terms: due dates, what the core is told, and before against after."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

from services.common.kernel.errors import InvalidInput
from services.common.kernel.money import Money
from services.common.kernel.months import add_months
from services.plans.domain.annuity import annuity_payment
from services.plans.domain.comparison import PresentDebt, compare_flows, new_principal, present_payments
from services.plans.domain.reliefs.facts import Asked
from services.plans.domain.reliefs.terms import CoreInstruction, Method, ScheduledInstalment, Terms

NO_INTEREST = Decimal(0)
Flow = tuple[int, Money]


def monthly(amounts: Sequence[Money], first_month: int = 1) -> list[Flow]:
    """Amounts a month apart."""
    return list(enumerate(amounts, first_month))


def claim_after_waivers(asked: Asked) -> Money:
    """The whole claim without what is waived. InvalidInput when nothing would be left."""
    return new_principal(asked.account.debt(), asked.waived)


def contract_payments(asked: Asked) -> tuple[Money, ...]:
    """The payments of the contract that are not due yet."""
    return present_payments(asked.account.debt())


def instruction(asked: Asked, method: Method, principal: Money, instalments: int) -> CoreInstruction:
    """An instruction with no pause, nothing on top and nothing given up but the waivers asked for."""
    zero = asked.zero
    return CoreInstruction(
        method=method,
        principal=principal,
        annual_rate=asked.account.annual_rate if method is Method.ANNUITY else NO_INTEREST,
        instalments=instalments,
        starts_on=asked.wish.first_due,
        pause_months=0,
        on_top=zero,
        on_top_months=0,
        waived_interest=asked.wish.waived_interest,
        waived_fees=asked.wish.waived_fees,
        forgone_interest=zero,
        principal_discount=zero,
        parked=zero,
        released=zero,
    )


def unwaived(told: CoreInstruction) -> CoreInstruction:
    """The same of a relief that waives nothing of what has accrued, whatever was wished for others."""
    zero = Money.zero(told.principal.currency)
    return replace(told, waived_interest=zero, waived_fees=zero)


def terms(
    asked: Asked, payments: Sequence[Flow], told: CoreInstruction, afterwards: Sequence[Flow] = (), first_month: int = 1
) -> Terms:
    """The terms; `first_month` is the month of the day on which the plan starts."""
    lines = [
        ScheduledInstalment(number, add_months(asked.wish.first_due, month - first_month), amount, month)
        for number, (month, amount) in enumerate([*payments, *afterwards], 1)
    ]
    last = lines[-1].month
    return Terms(
        relief=asked.relief,
        schedule=tuple(lines[: len(payments)]),
        afterwards=tuple(lines[len(payments) :]),
        instruction=told,
        extension_months=max(0, last - asked.account.remaining),
        comparison=compare_flows(_debt(asked), [*payments, *afterwards], asked.catalogue.diminished_threshold_percent),
    )


def _debt(asked: Asked) -> PresentDebt:
    return asked.account.debt()


def regular_payment(principal: Money, annual_rate: Decimal) -> Callable[[int], Money]:
    """The instalment by the number of instalments."""
    return lambda count: annuity_payment(principal, annual_rate, count)


def fewest(payment: Callable[[int], Money], most: Money, shortest: int, cap: int) -> int:
    """Payments fall as their number grows, so the fewest affordable ones are found by halving; `cap` if none are."""
    low, high = min(shortest, cap), cap
    while low < high:
        middle = (low + high) // 2
        if payment(middle) <= most:
            high = middle
        else:
            low = middle + 1
    return low


def wished_count(asked: Asked, payment: Callable[[int], Money], shortest: int) -> int:
    """The number that was asked for, or the fewest affordable instalments."""
    return asked.wish.instalments or fewest(payment, asked.borrower.max_instalment, shortest, asked.cap)


def wished_months(asked: Asked, usual: int) -> int:
    """The months that were asked for, or the usual ones. InvalidInput unless there is one at least."""
    months = usual if asked.wish.months is None else asked.wish.months
    if months < 1:
        raise InvalidInput("at least one month", fields=[("#/months", "out of bounds")])
    return months
