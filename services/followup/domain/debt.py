"""What the payments of an agreement went to: fees, interest and principal of what it repays.

A pure function of the payments: one that is heard of late, back-dated or taken back changes what later ones went to.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from services.common.kernel.errors import InvalidInput
from services.common.kernel.money import Money
from services.followup.domain.postings import EffectivePayment
from services.followup.domain.waterfall import FEES, INTEREST, PRINCIPAL, Application, apply_payment

Order = Callable[[date, int], Sequence[str]]
"""The order of the parts for a payment, by its value date and the days past due on it."""


@dataclass(frozen=True, slots=True)
class FallingDue:
    """What the agreement itself costs in one of its instalments."""

    due_date: date
    interest: Money


@dataclass(frozen=True, slots=True)
class Debt:
    """What an agreement repays when it begins, and what it costs itself, in order of due dates.

    `late_since`: when the oldest of it was due, and late until all is paid; None where nothing was past due.
    """

    principal: Money
    interest: Money
    fees: Money
    falling_due: Sequence[FallingDue]
    late_since: date | None


def allocate(payments: Sequence[EffectivePayment], debt: Debt, order_on: Order) -> Application:
    """Apply payments one after the other, in order of value date, each in the order of its own day (CN-17, CN-18).

    Interest of the agreement counts from its due date; what is paid before that goes to the principal, and only what
    is left of it to interest that falls due later. Parts and remainder sum to the payments. InvalidInput when the
    payments are not in order.
    """
    if any(a.value_date > b.value_date for a, b in pairwise(payments)):
        raise InvalidInput("payments are applied in order of value date")
    remaining = {FEES: debt.fees, INTEREST: debt.interest, PRINCIPAL: debt.principal}
    nothing = Money.zero(debt.principal.currency)
    paid = dict.fromkeys(remaining, nothing)
    unapplied, later = nothing, list(debt.falling_due)
    for payment in payments:
        while later and later[0].due_date <= payment.value_date:
            remaining[INTEREST] += later.pop(0).interest
        late = 0 if debt.late_since is None else max((payment.value_date - debt.late_since).days, 0)
        applied = apply_payment(payment.amount, order_on(payment.value_date, late), remaining)
        remaining |= applied.remaining_due
        left = applied.unapplied
        while later and left.is_positive:
            ahead = left.at_most(later[0].interest)
            later[0] = FallingDue(later[0].due_date, later[0].interest - ahead)
            paid[INTEREST] += ahead
            left = left - ahead
            if later[0].interest.is_zero:
                later.pop(0)
        paid = {part: paid[part] + applied.allocated[part] for part in paid}
        unapplied = unapplied + left
    remaining[INTEREST] += Money.total((one.interest for one in later), nothing.currency)
    return Application(paid, remaining, unapplied)
