"""Debts from before military service: interest above the lawful rate is forgiven, and never put off (US-30)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from services.common.kernel.money import Money
from services.common.kernel.rule import business_rule
from services.plans.domain.reliefs.facts import Asked
from services.plans.domain.reliefs.judging import Judged, judge
from services.plans.domain.reliefs.terms import Terms

CAUSE = "MILITARY_SERVICE"


def capped_rate(asked: Asked) -> Decimal | None:
    """The highest annual rate of this debt while its borrower serves; None where no law caps it, or no need is."""
    most = asked.catalogue.service_rate
    if most is None or asked.circumstances.cause != CAUSE or asked.account.annual_rate <= most:
        return None
    return most


def forgiven(accrued: Money, contract: Decimal, most: Decimal) -> Money:
    """What of accrued interest is above the lawful rate: it is not owed, whenever it accrued in the service."""
    return accrued.times(Fraction(contract - most) / Fraction(contract))


@business_rule(
    id="US-30",
    group="relief",
    summary="A plan of a debt from before military service bears no more than the lawful rate, and puts none of the "
    "interest above it off or into the principal.",
    source="50 U.S.C. 3937",
)
def interest_of_service_is_forgiven(rate: Decimal, most: Decimal, waived: Money, above: Money) -> bool:
    return rate <= most and waived >= above


def judged_for_service(asked: Asked, terms: Terms) -> tuple[Judged, ...]:
    """The verdict on terms where the law caps the rate; nothing elsewhere."""
    most = capped_rate(asked)
    if most is None:
        return ()
    told = terms.instruction
    above = forgiven(asked.account.accrued_interest, asked.account.annual_rate, most)
    waived, rate = told.waived_interest + told.released, told.annual_rate
    found = judge(
        interest_of_service_is_forgiven, rate, most, waived, above,
        rate=_percent(rate), most=_percent(most), waived=waived, above=above,
    )  # fmt: skip
    return (found,)


def _percent(rate: Decimal) -> str:
    return f"{(rate * 100).normalize():f}"
