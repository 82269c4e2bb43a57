"""What answers an objection, and what is the same offer again."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.plans.domain.same_offer import Shape, same_offer

BEFORE = Shape((Decimal("100.00"),) * 11 + (Decimal("99.60"),), 0, Decimal(0), Decimal("5"), date(2026, 3, 31))


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({}, True),
        ({"first_due": date(2026, 4, 30)}, True),
        ({"amounts": (Decimal("100.0"),) * 12}, True),
        ({"amounts": (Decimal("101"),) * 11 + (Decimal("95"),)}, True),
        ({"amounts": (Decimal("99.99"),) * 12}, False),
        ({"amounts": (Decimal("50"), *(Decimal("120"),) * 11)}, False),
        ({"amounts": (Decimal("100"),) * 11}, False),
        ({"pause_months": 2}, False),
        ({"waived_fees": Decimal("4")}, True),
        ({"waived_fees": Decimal("6")}, False),
        ({"waived_interest": Decimal("0.01")}, False),
    ],
)
def test_what_is_the_same_offer(changes: dict[str, Any], same: bool) -> None:
    assert same_offer(replace(BEFORE, **changes), BEFORE, about_time=False) is same


def test_a_single_payment_counts() -> None:
    one = replace(BEFORE, amounts=(Decimal("900"),))
    assert same_offer(one, one, about_time=False)
    assert not same_offer(replace(one, amounts=(Decimal("899"),)), one, about_time=False)


@pytest.mark.parametrize(("day", "same"), [(date(2026, 4, 1), False), (date(2026, 3, 31), True)])
def test_who_needs_time_is_answered_by_a_later_day(day: date, same: bool) -> None:
    assert same_offer(replace(BEFORE, first_due=day), BEFORE, about_time=True) is same
