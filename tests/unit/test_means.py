"""Means as they are stated: how often, from..to, and in which line of the form."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from services.common.kernel.errors import InvalidInput
from services.common.kernel.money import Money
from services.plans.domain.affordability import AffordabilityResult, AffordabilityTerms
from services.plans.domain.means import Certainty, Frequency, Stated, StatedMeans, assess, monthly
from services.plans.domain.means_form import FormLine, MeansForm, Section, needs_no_comment
from services.plans.policies import load_policies

DAY = date(2026, 11, 23)
TERMS = AffordabilityTerms()


def gbp(amount: str) -> Money:
    return Money.of(amount, "GBP")


def means(low: str, high: str, living: str = "1000.00") -> StatedMeans:
    """Income from `low` to `high`; a quarter of the debts is ours."""
    return StatedMeans(
        "GBP",
        {"wages": Stated(gbp(low), gbp(high))},
        {},
        {"food": Stated(gbp(living), gbp(living))},
        {"ours": gbp("1000.00"), "other": gbp("3000.00")},
        "ours",
    )


@pytest.mark.parametrize(
    ("per", "by_month"),
    [
        (Frequency.WEEK, "433.33"),
        (Frequency.TWO_WEEKS, "216.67"),
        (Frequency.FOUR_WEEKS, "108.33"),
        (Frequency.MONTH, "100.00"),
        (Frequency.QUARTER, "33.33"),
        (Frequency.YEAR, "8.33"),
    ],
)
def test_an_amount_by_month_is_a_twelfth_of_that_of_a_year(per: Frequency, by_month: str) -> None:
    assert monthly(gbp("100.00"), per) == gbp(by_month)


def test_a_range_goes_upwards() -> None:
    with pytest.raises(InvalidInput, match="lower"):
        Stated(gbp("2.00"), gbp("1.00"))


@pytest.mark.rule("AFF-02")
@pytest.mark.parametrize(
    ("low", "high", "certainty", "income_needed"),
    [
        ("1400.00", "1400.00", Certainty.CERTAIN, "1400.00"),
        ("1300.00", "1500.00", Certainty.ONLY_IF, "1399.98"),
        ("900.00", "1500.00", Certainty.ONLY_IF, "1399.98"),
        ("1300.00", "1399.00", Certainty.NOT, None),
        ("-200.00", "900.00", Certainty.NOT, None),
    ],
)
def test_an_uncertain_income_affords_for_certain_only_if_or_not(
    low: str, high: str, certainty: Certainty, income_needed: str | None
) -> None:
    """Of a surplus of 399.98 our quarter is 99.995, and the odd minor unit goes to the first creditor."""
    found = assess(means(low, high), TERMS, gbp("100.00"))
    assert found.certainty is certainty
    if certainty is Certainty.ONLY_IF:
        assert found.income_needed == gbp(income_needed or "")
    elif certainty is Certainty.NOT:
        assert found.income_needed is None


def test_a_loss_is_an_income_and_a_refund_is_no_outgoing() -> None:
    assert assess(means("-200.00", "-200.00"), TERMS).lean.result is AffordabilityResult.DEFICIT
    with pytest.raises(InvalidInput, match="income"):
        assess(means("2000.00", "2000.00", living="-1.00"), TERMS)


def test_nothing_left_is_a_deficit() -> None:
    assert assess(means("1000.00", "1000.00"), TERMS).lean.result is AffordabilityResult.DEFICIT


@pytest.mark.rule("UK-17")
def test_the_form_of_the_united_kingdom_has_a_line_for_each_name() -> None:
    policies = load_policies()
    form = policies.means_form(DAY, "uk")
    assert form is not None and form.name == "Standard Financial Statement"
    assert policies.means_form(DAY, "cn") is None
    assert form.line_of(Section.PRIORITY_EXPENSES, "rent").line == "home_and_contents"
    assert form.line_of(Section.LIVING_COSTS, "food_and_housekeeping").line == "food_and_housekeeping"
    with pytest.raises(InvalidInput, match="food_and_housekeeping"):
        form.line_of(Section.LIVING_COSTS, "champagne")


@pytest.mark.rule("UK-17")
def test_a_tenth_of_the_surplus_is_left_as_savings_up_to_the_cap() -> None:
    terms = load_policies().affordability_terms(DAY, "uk", "GBP").value
    assert assess(means("1100.00", "1100.00"), terms).lean.savings_allowance == gbp("10.00")
    assert assess(means("1400.00", "1400.00"), terms).lean.savings_allowance == gbp("20.00")
    assert load_policies().affordability_terms(DAY, "cn", "CNY").value == TERMS


@pytest.mark.rule("UK-17")
def test_spending_above_the_guideline_is_explained() -> None:
    line = FormLine(Section.LIVING_COSTS, "food", "Food", "食品", (), {"GBP": Decimal("500.00")})
    assert needs_no_comment(gbp("500.00"), line, commented=False)
    assert not needs_no_comment(gbp("500.01"), line, commented=False)
    assert needs_no_comment(gbp("500.01"), line, commented=True)
    assert needs_no_comment(Money.of("900.00", "EUR"), line, commented=False)


def test_a_name_belongs_to_one_line_of_its_section() -> None:
    lines = (FormLine(Section.INCOME, "pay", "Pay", "工资", ("wages",)), FormLine(Section.INCOME, "wages", "", "", ()))
    with pytest.raises(ValueError, match="two lines"):
        MeansForm("uk", "form", "", lines)
