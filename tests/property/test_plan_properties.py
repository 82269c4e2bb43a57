"""Schedules repay exactly what is owed; what was approved is bound by its hash."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.kernel.canonical import fingerprint
from services.common.kernel.currencies import MINOR_DIGITS
from services.common.kernel.money import Money
from services.plans.domain.affordability import AffordabilityResult, AffordabilityTerms, StatementOfMeans, affordability
from services.plans.domain.annuity import annuity_schedule

principals = st.integers(1, 10**9).map(lambda units: Money.from_minor(units, "CNY"))
rates = st.integers(0, 3600).map(lambda n: Decimal(n) / 10_000)


# By the digits first: each kind of minor unit is drawn as often as the others.
currencies = st.sampled_from((0, 2, 3)).flatmap(
    lambda digits: st.sampled_from([code for code, found in MINOR_DIGITS.items() if found == digits])
)


@given(st.integers(1, 10**9), currencies, rates, st.integers(1, 120))
def test_an_annuity_repays_exactly_its_principal(units: int, currency: str, rate: Decimal, periods: int) -> None:
    principal = Money.from_minor(units, currency)
    schedule = annuity_schedule(principal, rate, periods)
    assert Money.total((row.principal for row in schedule.rows), currency) == principal
    assert sum(row.payment.minor for row in schedule.rows) == schedule.total_paid.minor
    assert all(row.payment.minor == row.interest.minor + row.principal.minor for row in schedule.rows)
    assert schedule.rows[-1].balance.is_zero
    assert schedule.total_paid == principal + schedule.total_interest
    assert all(not row.principal.is_negative and not row.interest.is_negative for row in schedule.rows)


@pytest.mark.parametrize("currency", sorted(MINOR_DIGITS))
def test_every_currency_is_rounded_to_its_own_minor_unit(currency: str) -> None:
    """1,000,000 minor units at 12 % in 7 months: the same schedule in minor units whatever their number of digits."""
    schedule = annuity_schedule(Money.from_minor(10**6, currency), Decimal("0.12"), 7)
    assert [row.payment.minor for row in schedule.rows] == [148_628] * 6 + [148_631]
    assert schedule.payment.amount == Decimal(148_628).scaleb(-MINOR_DIGITS[currency])
    assert schedule.last_payment.amount == Decimal(148_631).scaleb(-MINOR_DIGITS[currency])


figures = st.dictionaries(st.text("abc", min_size=1, max_size=2), principals, max_size=4)


@given(figures, figures, figures, principals, st.integers(0, 100), st.integers(0, 50))
def test_what_is_offered_is_never_more_than_what_is_left(
    income: dict[str, Money], priority: dict[str, Money], debts: dict[str, Money], own: Money, share: int, savings: int
) -> None:
    means = StatementOfMeans("CNY", income, priority, {}, {**debts, "own": own}, "own")
    got = affordability(means, AffordabilityTerms(Decimal(share), Decimal(savings), Decimal(500)))
    assert Money.total(got.pro_rata.values(), "CNY") == got.usable
    assert got.own_share <= got.usable <= got.available <= got.surplus.at_least(Money.zero("CNY"))
    if got.result is AffordabilityResult.DEFICIT:
        assert got.own_share.is_zero


@given(st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5) | principals, max_size=6), st.data())
def test_the_hash_of_a_proposal_depends_on_content_only(content: dict[str, object], data: st.DataObject) -> None:
    shuffled = dict(data.draw(st.permutations(list(content.items()))))
    assert fingerprint(shuffled) == fingerprint(content)
    assert fingerprint({**content, "one more key": "x"}) != fingerprint(content)
