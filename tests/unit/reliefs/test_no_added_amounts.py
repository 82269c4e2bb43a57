"""A plan collects what is owed and the contract's interest on it, and nothing besides."""

from dataclasses import replace
from fractions import Fraction

import pytest

from services.plans.domain.options import Option
from services.plans.domain.reliefs.facts import AccountFacts
from tests.unit.reliefs.people import CARD, EVEN, FOUND, LOAN, paying, shown

IN_THE_US = replace(FOUND, packs=frozenset({"us"}))
CENT = Fraction(1, 100)


def beyond_the_claim(one: Option, account: AccountFacts) -> Fraction:
    """How much more all payments are worth today, at the rate of the contract, than what is owed; cents of rounding,
    one for each payment, apart."""
    assert one.terms is not None
    month = 1 + Fraction(account.annual_rate) / 12
    lines = [*one.terms.schedule, *one.terms.afterwards]
    worth = sum((Fraction(line.amount.amount) / month**line.month for line in lines), Fraction(0))
    return worth - Fraction(account.claim.amount) - CENT * len(lines)


@pytest.mark.rule("US-21")
@pytest.mark.parametrize("account", [CARD, LOAN, EVEN], ids=["card", "loan", "even"])
@pytest.mark.parametrize("payment", ["60.00", "1296.24", "9000.00"])
def test_no_plan_adds_a_fee_or_a_rate(account: AccountFacts, payment: str) -> None:
    found = [one for one in shown(account, paying(payment), IN_THE_US).values() if one.terms is not None]
    assert len(found) >= 5
    assert {one.relief: beyond_the_claim(one, account) > 0 for one in found} == {one.relief: False for one in found}


@pytest.mark.rule("US-21")
def test_a_payment_more_would_be_seen() -> None:
    extended = next(one for one in shown(LOAN, paying("9000.00"), IN_THE_US).values() if one.terms is not None)
    assert extended.terms is not None
    first, *others = extended.terms.schedule
    dearer = replace(first, amount=first.amount + first.amount)
    terms = replace(extended.terms, schedule=(dearer, *others))
    assert beyond_the_claim(replace(extended, terms=terms), LOAN) > 0
