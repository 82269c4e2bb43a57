"""Waivers, discounts, capitalised arrears, re-aging, settlements, holds and promises."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from services.common.kernel.money import Money
from services.plans.domain.catalogue import ReliefType
from services.plans.domain.reliefs.facts import AccountFacts, BorrowerFacts, Circumstances, EarlierRelief, Wish
from services.plans.policies import load_policies
from tests.unit.reliefs.people import (
    CARD,
    DAY,
    FOUND,
    LOAN,
    amounts,
    asked,
    paying,
    refusals,
    terms,
    wish,
    yuan,
)

ABLE = paying("9000.00")
OLD = replace(FOUND, age_months=26, cause="EPIDEMIC")
LATE = replace(LOAN, fees=yuan("300.00"))


def test_fees_are_waived_and_the_rest_is_caught_up_beside_the_contract() -> None:
    found = asked("FEE_WAIVE", LATE, paying("5600.00"))
    # 6 600.00 in three parts of 2 200.00 on top of 3 389.29; in two they would be 6 689.29.
    assert found.eligible
    assert amounts(found)[:4] == ["5589.29", "5589.29", "5589.29", "3389.29"]
    made = terms(found)
    assert made.instalments == 24 and made.waived == yuan("300.00")
    assert made.total == made.comparison.before_total - yuan("300.00")
    assert made.instruction.on_top == yuan("6600.00") and made.instruction.on_top_months == 3
    assert made.highest_payment == yuan("5589.29")


def test_half_of_the_accrued_interest_may_go() -> None:
    found = asked("INT_WAIVE", LATE, ABLE)
    assert terms(found).instruction.waived_interest == yuan("350.00")
    more = asked("INT_WAIVE", LATE, ABLE, replace(wish(), waived_interest=yuan("350.01")))
    assert refusals(more) == ["OPT-29"]


def test_nothing_to_waive_is_said() -> None:
    assert refusals(asked("FEE_WAIVE", LOAN, ABLE)) == ["OPT-28"]


def test_a_waiver_that_would_leave_nothing_to_pay_is_said() -> None:
    only_fees = replace(
        LOAN, balance_not_yet_due=yuan("0.00"), arrears_due_now=yuan("20.00"), accrued_interest=yuan("0.00"),
        fees=yuan("20.00"), remaining=0,
    )  # fmt: skip
    found = asked("FEE_WAIVE", only_fees, ABLE)
    assert refusals(found) == ["OPT-36"] and found.terms is None


def test_catching_up_has_an_end() -> None:
    assert refusals(asked("FEE_WAIVE", LATE, ABLE, wish(months=13))) == ["OPT-30"]


def test_the_least_discount_that_makes_it_affordable() -> None:
    found = asked("PRIN_DISC", CARD, paying("1100.00"), found=OLD)
    made = terms(found)
    assert found.eligible and made.instalments == 60
    # 19 % of 48 230.15: of what is left, 43 196.72, sixty payments are 1 096.91; with 18 % they would be 1 109.16.
    assert made.instruction.principal_discount == yuan("9163.73") and made.payment == yuan("1096.91")
    less = asked("PRIN_DISC", CARD, paying("1100.00"), wish(principal_discount=yuan("8681.43")), OLD)
    assert refusals(less) == ["OPT-04"]


@pytest.mark.practice("002-10")
def test_a_discount_shows_what_is_saved_and_has_a_cap() -> None:
    found = asked("PRIN_DISC", CARD, ABLE, wish(12, principal_discount=yuan("14469.05")), OLD)
    assert refusals(found) == ["OPT-31"]
    most = asked("PRIN_DISC", CARD, ABLE, wish(12, principal_discount=yuan("14469.04")), OLD)
    assert most.eligible and terms(most).waived == yuan("14469.04")


def test_capitalised_arrears_raise_the_instalment_and_lose_nothing() -> None:
    found = asked("CAPITALISE", LOAN, ABLE)
    made = terms(found)
    assert found.eligible and made.instalments == 24 and made.extension_months == 0
    assert made.payment == yuan("3714.10")
    assert not made.comparison.diminished_over_threshold
    even = replace(LOAN, arrears_due_now=yuan("0.00"), accrued_interest=yuan("0.00"))
    assert refusals(asked("CAPITALISE", even, ABLE)) == ["OPT-07"]


OPEN = Circumstances(DAY, 45, 1, frozenset({"us"}), account_months=9, payments_in_a_row=3)


@pytest.mark.rule("US-32")
@pytest.mark.parametrize(
    ("found", "rules"),
    [
        (OPEN, []),
        (replace(OPEN, account_months=8), ["OPT-21"]),
        (replace(OPEN, payments_in_a_row=2), ["OPT-22"]),
        (replace(OPEN, account_months=None, payments_in_a_row=None), ["OPT-21", "OPT-22"]),
        (replace(OPEN, earlier=(EarlierRelief(ReliefType.REAGE, date(2025, 6, 2)),)), ["OPT-18", "OPT-18"]),
        (replace(OPEN, earlier=(EarlierRelief(ReliefType.REAGE, date(2025, 5, 1)),)), []),
        (
            replace(
                OPEN,
                earlier=(
                    EarlierRelief(ReliefType.REAGE, date(2021, 6, 2)),
                    EarlierRelief(ReliefType.REAGE, date(2024, 1, 1)),
                ),
            ),
            ["OPT-18", "OPT-18"],
        ),
    ],
)
def test_an_open_account_is_re_aged_seldom_and_after_payments(found: Circumstances, rules: list[str]) -> None:
    catalogue = load_policies().catalogue(DAY, "us", "credit_card")
    assert refusals(asked("REAGE", CARD, paying("1400.00"), found=found, catalogue=catalogue)) == rules


@pytest.mark.rule("US-32")
def test_the_numbers_of_re_aging_are_those_of_the_pack_where_they_are_stricter() -> None:
    policies = load_policies()
    house = policies.catalogue(DAY, "uk", "credit_card").terms(ReliefType.REAGE)
    law = policies.catalogue(DAY, "us", "credit_card").terms(ReliefType.REAGE)
    assert house.re_age == law.re_age and len(law.frequency) == len(house.frequency) + 2


@pytest.mark.rule("EU-02")
def test_the_threshold_of_present_value_is_that_of_the_pack() -> None:
    assert load_policies().catalogue(DAY, "eu", "personal_loan").diminished_threshold_percent == Decimal(1)


def test_a_settlement_is_the_least_that_is_worth_it() -> None:
    found = asked("SETTLE", CARD, paying("40000.00"), wish(first_due=date(2026, 6, 8)), OLD)
    made = terms(found)
    # Half of 52 360.45, today; what is expected otherwise is worth less.
    assert found.eligible and amounts(found) == ["26180.23"]
    assert made.recovery_percent == Decimal("50.00")
    assert made.instruction.released == made.waived == yuan("26180.22")
    less = asked("SETTLE", CARD, paying("40000.00"), wish(first_due=date(2026, 6, 8), amount=yuan("26180.22")), OLD)
    assert refusals(less) == ["OPT-34"]


def test_a_settlement_in_parts_costs_more_than_at_once() -> None:
    found = asked("SETTLE", CARD, paying("5000.00"), wish(first_due=date(2026, 6, 8)), OLD)
    made = terms(found)
    assert found.eligible and made.instalments == 6
    assert made.total > yuan("26180.23") and made.highest_payment <= yuan("5000.00")
    later = [line.due_date for line in made.schedule]
    assert later[:2] == [date(2026, 6, 8), date(2026, 7, 8)]
    assert [line.month for line in made.schedule] == [0, 1, 2, 3, 4, 5]


def test_what_is_at_hand_is_paid_first() -> None:
    wanted = wish(first_due=date(2026, 6, 8), at_hand=yuan("20000.00"))
    found = asked("SETTLE", CARD, paying("1300.00"), wanted, OLD)
    made = terms(found)
    assert found.eligible and amounts(found)[0] == "20000.00"
    assert made.highest_payment <= yuan("1300.00") and made.instalments == 6
    without = asked("SETTLE", CARD, paying("1300.00"), replace(wanted, at_hand=None), OLD)
    assert refusals(without) == ["OPT-04"]


@pytest.mark.parametrize(("months", "rule"), [(2, "OPT-32"), (3, None)])
def test_young_debts_are_not_settled(months: int, rule: str | None) -> None:
    found = asked("SETTLE", CARD, paying("60000.00"), wish(), replace(FOUND, age_months=months))
    assert refusals(found) == ([rule] if rule else [])


def test_too_many_parts_are_refused() -> None:
    assert "OPT-33" in refusals(asked("SETTLE", CARD, paying("40000.00"), wish(13), OLD))


def test_a_hold_is_thirty_days_and_says_what_it_costs() -> None:
    found = asked("HOLD_INTERIM", LOAN)
    assert found.eligible and found.terms is None and found.hold is not None
    assert (found.hold.until, found.hold.days) == (date(2026, 6, 30), 30)
    assert found.hold.interest == yuan("782.00")  # 78 200.00 x 0.12 x 30/360


def test_a_promise_is_the_arrears_within_two_weeks() -> None:
    found = asked("PTP", LOAN, ABLE)
    made = terms(found)
    assert found.eligible and amounts(found) == ["6900.00"]
    assert made.schedule[0].due_date == date(2026, 6, 15)
    assert made.comparison.total_cost_change == yuan("0.00")
    part = terms(asked("PTP", LOAN, ABLE, wish(amount=yuan("900.00"))))
    assert part.comparison.total_cost_change == yuan("0.00"), "what was not promised is still owed"
    assert refusals(asked("PTP", LOAN, ABLE, wish(amount=yuan("6900.01")))) == ["OPT-35"]


def test_amounts_without_decimals_and_payments_of_nothing() -> None:
    def yen(amount: int) -> Money:
        return Money.of(str(amount), "JPY")

    account = AccountFacts("credit_card", yen(0), yen(50), yen(0), yen(0), Decimal("0.15"), 0)
    borrower = BorrowerFacts(True, True, yen(100))
    wanted = Wish(date(2026, 7, 1), 60, yen(0), yen(0))
    found = asked("INT_STOP", account, borrower, wanted)
    assert refusals(found) == ["OPT-08"]
    one = asked("INT_STOP", account, borrower, replace(wanted, instalments=1))
    assert one.eligible and amounts(one) == ["50"]
    three = asked("INT_STOP", account, borrower, replace(wanted, instalments=3))
    assert amounts(three) == ["16", "16", "18"]
