"""Splits and allocations sum exactly, in every currency, for every amount."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from services.common.kernel.currencies import MINOR_DIGITS
from services.common.kernel.money import Money

amounts = st.builds(Money.from_minor, st.integers(-(10**14), 10**14), st.sampled_from(sorted(MINOR_DIGITS)))
weights = st.lists(st.integers(0, 10**9), min_size=1, max_size=12).filter(any)


@given(amounts, st.integers(1, 400))
def test_equal_splits_sum_and_only_the_last_differs(amount: Money, parts: int) -> None:
    split = amount.split_equally(parts)
    assert len(split) == parts
    assert Money.total(split, amount.currency) == amount
    assert len(set(split[:-1])) <= 1
    assert 0 <= split[-1].minor - split[0].minor < parts


@given(amounts, weights)
def test_allocations_sum_and_are_within_one_unit_of_fair(amount: Money, shares: list[int]) -> None:
    allocated = amount.allocate(shares)
    assert Money.total(allocated, amount.currency) == amount
    for part, weight in zip(allocated, shares, strict=True):
        assert abs(part.minor - Fraction(amount.minor * weight, sum(shares))) < 1
        assert weight or part.is_zero


@given(amounts, st.decimals(-10, 10, places=6))
def test_rounding_is_within_half_a_unit(amount: Money, factor: Decimal) -> None:
    small = Money.from_minor(amount.minor // 1000, amount.currency)
    exact = small.minor * Fraction(factor)
    assert abs(small.times(factor).minor - exact) <= Fraction(1, 2)
    assert 0 <= exact - small.times(factor, down=True).minor < 1


@given(amounts)
def test_text_and_back(amount: Money) -> None:
    assert Money.of(str(amount.amount), amount.currency) == amount
