"""Interest suspension (停息分期): the claim is fixed, no interest runs in the plan, equal instalments."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from services.common.kernel.errors import InvalidInput
from services.common.kernel.money import Money
from services.plans.domain.annuity import require_periods


@dataclass(frozen=True, slots=True)
class Claim:
    """What is owed on the day the interest stops, and what of it is waived."""

    principal: Money
    accrued_interest: Money
    fees: Money
    waived_interest: Money
    waived_fees: Money

    @property
    def total(self) -> Money:
        """The claim before any waiver."""
        return self.principal + self.accrued_interest + self.fees

    @property
    def waived(self) -> Money:
        return self.waived_interest + self.waived_fees


@dataclass(frozen=True, slots=True)
class InterestSuspension:
    """Result: the fixed total, its instalments, whether the number of them is within the cap, discount in percent."""

    plan_total: Money
    instalments: tuple[Money, ...]
    allowed: bool
    discount_percent: Decimal

    @property
    def instalment(self) -> Money:
        return self.instalments[0]

    @property
    def last_instalment(self) -> Money:
        return self.instalments[-1]


def interest_suspension(claim: Claim, instalments: int, max_instalments: int) -> InterestSuspension:
    """Split the claim without what is waived into instalments, rounded down, the remainder in the last.

    Above `max_instalments` (CN-14 for cards) the numbers are still computed, and `allowed` is False. InvalidInput
    when a part is negative, or more interest or fees are waived than there are.
    """
    parts = (claim.principal, claim.accrued_interest, claim.fees, claim.waived_interest, claim.waived_fees)
    if any(part.is_negative for part in parts):
        raise InvalidInput("the parts of a claim are not negative")
    if claim.waived_interest > claim.accrued_interest or claim.waived_fees > claim.fees:
        raise InvalidInput("no more interest or fees can be waived than are owed")
    total = claim.total - claim.waived
    require_periods(instalments)
    if not total.is_positive or max_instalments < 1:
        raise InvalidInput("a plan needs something to pay, and a cap of at least one instalment")
    return InterestSuspension(
        plan_total=total,
        instalments=total.split_equally(instalments),
        allowed=instalments <= max_instalments,
        discount_percent=percent(claim.waived.exact / claim.total.exact * 100, 2),
    )


def percent(value: Fraction, digits: int) -> Decimal:
    """A percentage rounded half up (ties away from zero) to `digits` decimals."""
    scaled = abs(value) * 10**digits + Fraction(1, 2)
    units = scaled.numerator // scaled.denominator
    return Decimal(-units if value < 0 else units).scaleb(-digits)
