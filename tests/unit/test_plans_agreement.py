"""What an agreement must say, whether it was understood, and what a plan must leave the lender."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.common.kernel.money import Money
from services.plans.domain.agreement import Restated, lender_gains, missing_contents, misunderstood
from services.plans.policies import load_policies
from services.plans.words import agreement_words

DAY = date(2026, 11, 23)
TRUE = Restated(Money.of("864.00", "CNY"), 60, date(2026, 4, 20))


@pytest.mark.rule("CN-14", "EU-08", "US-28", "UK-10")
@pytest.mark.parametrize(
    ("pack", "rule", "settlement"),
    [("cn", "CN-14", False), ("eu", "EU-08", False), ("us", "US-28", False), ("uk", "UK-10", True)],
)
def test_the_words_of_agreements_say_all_that_the_packs_ask_for(pack: str, rule: str, settlement: bool) -> None:
    required = load_policies().agreement_contents(DAY, pack, "credit_card", settlement=settlement)
    told = [item for section in agreement_words().sections for item in section.says]
    assert rule in required and missing_contents(required, told) == {}
    without = [item for item in told if item not in required[rule]]
    assert missing_contents({rule: required[rule]}, without) == {rule: tuple(sorted(required[rule]))}


def test_a_settlement_elsewhere_asks_for_nothing_of_the_rest() -> None:
    assert "UK-10" not in load_policies().agreement_contents(DAY, "uk", "personal_loan", settlement=False)


@pytest.mark.practice("004-07")
@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({}, ()),
        ({"payment": Money.of("864.01", "CNY")}, ("payment",)),
        ({"instalments": 59, "if_missed": "do_nothing"}, ("instalments", "if_missed")),
        ({"first_due_date": date(2026, 4, 21)}, ("first_due_date",)),
    ],
)
def test_what_is_said_otherwise_was_not_understood(change: dict[str, Any], wrong: tuple[str, ...]) -> None:
    assert misunderstood(replace(TRUE, **change), TRUE) == wrong


@pytest.mark.practice("002-04")
def test_a_plan_is_worth_at_least_the_floor_to_the_lender() -> None:
    floor = load_policies().agreements(DAY).present_value_floor_percent
    assert lender_gains(Decimal(100) - floor, floor)
    assert not lender_gains(Decimal(100) - floor + Decimal("0.0001"), floor)


@pytest.mark.rule("CN-23")
def test_how_long_entries_are_kept_is_said_by_the_pack() -> None:
    policies = load_policies()
    assert policies.reporting_years(DAY, "cn", "credit_card") == 5
    assert policies.reporting_years(DAY, "us", "credit_card") is None
