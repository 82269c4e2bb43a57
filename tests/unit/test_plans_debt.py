"""What a plan repays by its parts, and what it costs in each payment: both sum to its payments."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from services.common.kernel.errors import InvalidInput
from services.common.kernel.money import Money
from services.plans.domain.annuity import annuity_schedule
from services.plans.domain.debt import Parts, costs, repaid
from services.plans.domain.reliefs.terms import CoreInstruction, Method


def cny(amount: str) -> Money:
    return Money.of(amount, "CNY")


NOTHING = cny("0.00")
CLAIM = Parts(cny("9000.00"), cny("800.00"), cny("200.00"))
TOLD = CoreInstruction(
    Method.ANNUITY, cny("10000.00"), Decimal("0.12"), 12, date(2026, 1, 1), 0, NOTHING, 0, NOTHING, NOTHING, NOTHING,
    NOTHING, NOTHING, NOTHING,
)  # fmt: skip


def test_what_is_waived_is_not_repaid() -> None:
    told = replace(TOLD, waived_interest=cny("300.00"), waived_fees=cny("200.00"), principal_discount=cny("1000.00"))
    assert repaid(CLAIM, told, cny("9000.00"), capitalises=False) == Parts(cny("8000.00"), cny("500.00"), NOTHING)
    with pytest.raises(InvalidInput):
        repaid(CLAIM, replace(TOLD, waived_fees=cny("200.01")), cny("9000.00"), capitalises=False)


def test_arrears_that_are_capitalised_are_principal() -> None:
    assert repaid(CLAIM, TOLD, cny("10500.00"), capitalises=True) == Parts(cny("10000.00"), NOTHING, NOTHING)


@pytest.mark.parametrize(
    ("total", "parts"),
    [
        ("6000.00", ("5000.00", "800.00", "200.00")),
        ("900.00", ("0.00", "700.00", "200.00")),
        ("150.00", ("0.00", "0.00", "150.00")),
    ],
)
def test_a_settlement_leaves_principal_first(total: str, parts: tuple[str, str, str]) -> None:
    assert repaid(CLAIM, TOLD, cny(total), capitalises=False) == Parts(*map(cny, parts))


def test_the_cost_of_an_annuity_is_the_interest_on_its_balance() -> None:
    schedule = annuity_schedule(cny("10000.00"), Decimal("0.12"), 12)
    found = costs(schedule.payments, schedule.total_interest, TOLD)
    assert found == [row.interest for row in schedule.rows]
    assert found[0] == cny("100.00")


def test_other_costs_are_shared_in_proportion_and_sum() -> None:
    found = costs([cny("100.00"), cny("100.00"), cny("100.01")], cny("10.00"), replace(TOLD, method=Method.AS_LISTED))
    assert Money.total(found, "CNY") == cny("10.00")
    assert max(found) - min(found) <= cny("0.01")
