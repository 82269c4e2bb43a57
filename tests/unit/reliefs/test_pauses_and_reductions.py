"""Pauses, smaller payments and lower rates, against numbers worked out beside the code."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from services.common.kernel.money import Money
from services.plans.domain.reliefs.facts import AccountFacts, BorrowerFacts, Wish
from services.plans.domain.reliefs.terms import Method
from tests.unit.reliefs.people import (
    CARD,
    EVEN,
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


@pytest.mark.parametrize(
    ("relief", "keep", "count", "first", "last", "first_day", "end", "longer"),
    [
        ("DEFER_CAP", False, 30, "2291.31", "2291.33", date(2026, 10, 31), date(2029, 3, 31), 3),
        ("DEFER_CAP", True, 27, "2518.53", "2518.41", date(2026, 10, 31), date(2028, 12, 31), 0),
        ("DEFER_SPREAD", False, 30, "2285.89", "2285.89", date(2026, 10, 31), date(2029, 3, 31), 3),
        ("DEFER_WAIVE", False, 30, "2240.89", "2240.89", date(2026, 10, 31), date(2029, 3, 31), 3),
    ],
)
def test_a_pause_in_its_modes(
    relief: str, keep: bool, count: int, first: str, last: str, first_day: date, end: date, longer: int
) -> None:
    found = asked(relief, EVEN, ABLE, wish(months=3, keep_maturity=keep), replace(FOUND, cause="ILLNESS"))
    made = terms(found)
    assert found.eligible
    assert (made.instalments, amounts(found)[0], amounts(found)[-1]) == (count, first, last)
    assert (made.schedule[0].due_date, made.end_date, made.extension_months) == (first_day, end, longer)
    assert [line.month for line in made.schedule] == list(range(4, 4 + count)), "the months of the pause have no line"
    assert made.instruction.pause_months == 3
    assert made.waived == yuan("1350.00" if relief == "DEFER_WAIVE" else "0.00")


def test_what_comes_after_the_pause_must_be_affordable() -> None:
    """With the end kept the later instalment is higher than before: the most common silent harm."""
    as_before = paying("2240.89")
    kept = asked("DEFER_CAP", EVEN, as_before, wish(months=3, keep_maturity=True))
    assert refusals(kept) == ["OPT-04"]
    assert terms(kept).comparison.payment_change == yuan("277.64")
    assert kept.refusals[0].facts == {"asked": "CNY 2518.53", "most": "CNY 2240.89"}
    assert asked("DEFER_WAIVE", EVEN, as_before, wish(months=3), replace(FOUND, cause="ILLNESS")).eligible


@pytest.mark.parametrize(
    ("months", "remaining", "keep", "rules", "computed"),
    [
        (7, 30, False, ["OPT-19"], True),
        (3, 3, True, ["OPT-20"], False),
        (3, 0, False, ["OPT-06"], False),
        (2, 3, True, ["OPT-04"], True),
    ],
)
def test_pauses_that_are_not_possible(
    months: int, remaining: int, keep: bool, rules: list[str], computed: bool
) -> None:
    account = replace(EVEN, remaining=remaining)
    if not remaining:
        account = replace(account, balance_not_yet_due=yuan("0.00"), arrears_due_now=yuan("60000.00"))
    found = asked("DEFER_CAP", account, paying("30000.00"), wish(months=months, keep_maturity=keep))
    assert refusals(found) == rules and (found.terms is not None) is computed


def test_the_end_of_a_pause_counts_in_the_cap_of_a_plan() -> None:
    found = asked("DEFER_CAP", replace(EVEN, remaining=118), ABLE, wish(months=3))
    assert refusals(found) == ["CN-14"]
    assert found.refusals[0].facts["asked"] == "121"


def test_smaller_payments_park_the_rest_until_the_review() -> None:
    account = replace(LOAN, balance_not_yet_due=yuan("10000.00"), arrears_due_now=yuan("2000.00"))
    found = asked("REDUCED", replace(account, annual_rate=Decimal("0.12")), paying("300.00"), wish(months=3))
    made = terms(found)
    # Each month 1 % of the principal: 120.00, then of 11 820.00 and of 11 638.20.
    assert amounts(found) == ["300.00"] * 3
    assert made.instruction.parked == yuan("11454.58")
    assert made.instruction.review_date == made.end_date == date(2026, 9, 30)
    assert made.total == yuan("900.00")
    assert len(made.afterwards) == 24 and made.afterwards[0].due_date == date(2026, 10, 31)
    assert made.instruction.method is Method.AS_LISTED and made.extension_months == 3


def test_interest_that_is_not_paid_bears_no_interest() -> None:
    account = replace(EVEN, balance_not_yet_due=yuan("12000.00"), annual_rate=Decimal("0.12"))
    made = terms(asked("REDUCED", account, paying("50.00"), wish(months=4)))
    assert made.instruction.parked == yuan("12000.00") + yuan("480.00") - yuan("200.00")


@pytest.mark.parametrize(
    ("amount", "months", "rule"), [("3389.29", 6, "OPT-24"), ("3389.28", 6, "OPT-04"), ("1000.00", 13, "OPT-23")]
)
def test_a_smaller_payment_is_smaller_affordable_and_not_for_long(amount: str, months: int, rule: str) -> None:
    found = asked("REDUCED", LOAN, paying("3389.00"), wish(months=months, amount=yuan(amount)))
    assert rule in refusals(found)


@pytest.mark.parametrize(
    ("due", "wished", "rules"),
    [
        # Six payments of 50.00 clear 50.01: there is nothing to look at again when they end.
        ("50.01", None, ["OPT-36"]),
        # Nothing is smaller than the smallest amount of money.
        ("0.01", None, ["OPT-24"]),
        ("400.00", "50.00", []),
    ],
)
def test_a_debt_that_smaller_payments_would_clear_is_not_parked(due: str, wished: str | None, rules: list[str]) -> None:
    zero = yuan("0.00")
    account = AccountFacts("credit_card", zero, yuan(due), zero, zero, Decimal(0), 0)
    amount = None if wished is None else yuan(wished)
    found = asked("REDUCED", account, paying("1000.00"), wish(months=6, amount=amount))
    assert refusals(found) == rules and (found.terms is None) is bool(rules)


def test_a_currency_without_a_token_is_said() -> None:
    zero = Money.of("0", "CHF")
    account = AccountFacts("personal_loan", Money.of("900", "CHF"), zero, zero, zero, Decimal("0.1"), 9)
    found = asked("REDUCED", account, BorrowerFacts(True, True, zero, True), Wish(date(2026, 7, 1), None, zero, zero))
    assert refusals(found) == ["OPT-26"] and found.terms is None


def test_a_rate_is_cut_no_further_than_needed() -> None:
    found = asked("RATE_CUT", LOAN, paying("1900.00"), wish(48))
    told = terms(found).instruction
    assert found.eligible and told.annual_rate == Decimal("0.070")
    assert amounts(found)[0] == "1889.36"
    higher = asked("RATE_CUT", LOAN, paying("1900.00"), wish(48, annual_rate=Decimal("0.075")))
    assert refusals(higher) == ["OPT-04"], "half a percent more is not affordable"


def test_a_rate_cut_shows_the_loss_of_present_value() -> None:
    account = replace(LOAN, accrued_interest=yuan("900.00"))
    wanted = replace(wish(48, annual_rate=Decimal("0.06")), waived_interest=yuan("900.00"))
    compared = terms(asked("RATE_CUT", account, ABLE, wanted)).comparison
    assert (compared.npv_before, compared.npv_after) == (yuan("78900.03"), yuan("69561.91"))
    assert compared.diminished_percent == Decimal("11.8354") and compared.diminished_over_threshold


@pytest.mark.parametrize("rate", ["0.029", "0.12"])
def test_a_rate_below_the_lowest_or_as_it_was_is_no_cut(rate: str) -> None:
    assert refusals(asked("RATE_CUT", LOAN, ABLE, wish(48, annual_rate=Decimal(rate)))) == ["OPT-27"]


def test_a_contract_without_interest_has_no_rate_to_cut() -> None:
    assert refusals(asked("RATE_CUT", replace(LOAN, annual_rate=Decimal(0)), ABLE)) == ["OPT-27"]


def test_a_card_that_is_all_due_gets_the_fewest_payments_at_the_lowest_rate() -> None:
    found = asked("RATE_CUT", CARD, paying("1296.24"))
    made = terms(found)
    assert found.eligible and made.instalments == 43 and made.instruction.annual_rate == Decimal("0.030")
