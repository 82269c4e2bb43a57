"""Means as people state them: whatever the frequencies and ranges, a lean month is never better than a good one."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from services.common.kernel.money import Money
from services.plans.domain.affordability import AffordabilityTerms
from services.plans.domain.means import Certainty, Frequency, Stated, StatedMeans, assess

CURRENCIES = st.sampled_from(["CNY", "GBP", "JPY"])
UNITS = st.integers(0, 2_000_000)
FREQUENCIES = st.sampled_from(list(Frequency))
TERMS = st.builds(
    AffordabilityTerms,
    st.integers(1, 100).map(Decimal),
    st.integers(0, 20).map(Decimal),
    st.integers(0, 200).map(Decimal),
)


@st.composite
def means(draw: st.DrawFn) -> StatedMeans:
    currency = draw(CURRENCIES)

    def stated(low: int, more: int, per: Frequency) -> Stated:
        return Stated(Money.from_minor(low, currency), Money.from_minor(low + more, currency), per)

    groups = st.dictionaries(
        st.sampled_from("abc"), st.builds(stated, UNITS, st.integers(0, 500_000), FREQUENCIES), max_size=3
    )
    others = draw(st.dictionaries(st.sampled_from("xyz"), UNITS, max_size=3))
    debts = {name: Money.from_minor(owed, currency) for name, owed in others.items()}
    own = Money.from_minor(draw(st.integers(1, 2_000_000)), currency)
    return StatedMeans(currency, draw(groups), draw(groups), draw(groups), {**debts, "ours": own}, "ours")


@settings(deadline=None)
@given(means(), TERMS, st.integers(0, 500_000) | st.none())
def test_a_lean_month_is_never_better_than_a_good_one(
    stated: StatedMeans, terms: AffordabilityTerms, units: int | None
) -> None:
    proposed = None if units is None else Money.from_minor(units, stated.currency)
    found = assess(stated, terms, proposed)
    assert found.lean.surplus <= found.good.surplus
    for month in (found.lean, found.good):
        assert Money.total(month.pro_rata.values(), stated.currency) == month.usable
        assert month.usable <= month.surplus.at_least(Money.zero(stated.currency))
    if found.certainty is Certainty.NOT:
        assert found.surplus_needed is None
    elif found.certainty is Certainty.ONLY_IF:
        assert found.surplus_needed is not None
        assert found.lean.surplus < found.surplus_needed <= found.good.surplus


@settings(deadline=None)
@given(means(), TERMS, FREQUENCIES)
def test_what_is_certain_does_not_depend_on_how_often_it_is_stated(
    stated: StatedMeans, terms: AffordabilityTerms, per: Frequency
) -> None:
    """A year's amounts stated by year, or a twelfth of them by month, come to the same when the twelfth is exact."""
    yearly = {name: one.low.times(12) for name, one in stated.income.items()}
    by_year = StatedMeans(
        stated.currency,
        {name: Stated(amount, amount, Frequency.YEAR) for name, amount in yearly.items()},
        {},
        {},
        stated.unsecured_debts,
        "ours",
    )
    by_month = StatedMeans(
        stated.currency,
        {name: Stated(one.low, one.low) for name, one in stated.income.items()},
        {},
        {},
        stated.unsecured_debts,
        "ours",
    )
    assert assess(by_year, terms) == assess(by_month, terms)
