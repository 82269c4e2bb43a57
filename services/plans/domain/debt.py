"""What a plan repays: the parts of the claim that are left of it, and what the plan itself costs in each payment.

They sum to the payments of the plan, to the minor unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.common.kernel.errors import InvalidInput
from services.common.kernel.money import Money
from services.plans.domain.annuity import monthly_rate
from services.plans.domain.reliefs.terms import CoreInstruction


@dataclass(frozen=True, slots=True)
class Parts:
    """A claim by its parts."""

    principal: Money
    interest: Money
    fees: Money

    @property
    def total(self) -> Money:
        return self.principal + self.interest + self.fees


def repaid(claim: Parts, told: CoreInstruction, total: Money, *, capitalises: bool) -> Parts:
    """What of a claim is repaid by payments of `total`: without what is waived, and what a settlement leaves.

    Where arrears are capitalised all of it is principal. What the payments do not cover is taken off the principal,
    then the interest, then the fees.
    """
    found = Parts(
        claim.principal - told.principal_discount,
        claim.interest - told.waived_interest,
        claim.fees - told.waived_fees,
    )
    if any(part.is_negative for part in (found.principal, found.interest, found.fees)):
        raise InvalidInput("no more can be waived than is owed")
    if capitalises:
        nothing = Money.zero(total.currency)
        found = Parts(found.total, nothing, nothing)
    if total >= found.total:
        return found
    fees = found.fees.at_most(total)
    interest = found.interest.at_most(total - fees)
    return Parts(total - fees - interest, interest, fees)


def costs(amounts: Sequence[Money], cost: Money, told: CoreInstruction) -> list[Money]:
    """What a plan that costs `cost` in all costs in each of its payments.

    Interest on the balance where that is how the payments were made; otherwise in proportion to the payments.
    """
    found = _on_balance(amounts, told)
    if Money.total(found, cost.currency) == cost:
        return found
    return list(cost.allocate([amount.exact for amount in amounts]))


def _on_balance(amounts: Sequence[Money], told: CoreInstruction) -> list[Money]:
    """Interest of each payment as an annuity has it; the last closes the balance."""
    rate, balance = monthly_rate(told.annual_rate), told.principal
    nothing = Money.zero(balance.currency)
    found: list[Money] = []
    for amount in amounts[:-1]:
        found.append(balance.times(rate).at_least(nothing).at_most(amount))
        balance = balance - (amount - found[-1])
    return [*found, (amounts[-1] - balance).at_least(nothing).at_most(amounts[-1])]
