"""What is offered: extensions and the stop of interest, eligibility, and both sides' gain."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.common.kernel.errors import InvalidInput
from services.common.kernel.money import Money
from services.common.kernel.rule import business_rules
from services.plans.domain.catalogue import LUMP_SUMS, ReliefCatalogue, ReliefTerms, ReliefType
from services.plans.domain.relief_terms import Eligibility, Span
from services.plans.domain.reliefs.facts import EarlierRelief
from services.plans.option_texts import DECIDED_BY_PEOPLE, SENTENCES, sentence
from services.plans.texts import RELIEF_NAMES
from tests.unit.reliefs.people import (
    BORROWER,
    CARD,
    CATALOGUE,
    DATED,
    DAY,
    FOUND,
    LOAN,
    asked,
    in_deficit,
    paying,
    refusals,
    shown,
    terms,
    wish,
    yuan,
)


@pytest.mark.parametrize("relief", ReliefType)
def test_nothing_negative_is_waived_though_the_sum_is_not(relief: ReliefType) -> None:
    with pytest.raises(InvalidInput, match="not negative") as refused:
        asked(relief, CARD, wanted=replace(wish(18, waived_fees="60.00"), waived_interest=yuan("-50.00")))
    assert list(refused.value.fields) == [("#/waived_interest", "out of bounds")]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("principal_discount", yuan("0.00")),
        ("principal_discount", yuan("72000.00") + yuan("6900.00")),
        ("amount", yuan("0.00")),
        ("amount", yuan("78900.01")),
        ("at_hand", yuan("-1.00")),
        ("annual_rate", Decimal("0.1201")),
        ("annual_rate", Decimal("-0.01")),
    ],
)
def test_a_wish_that_makes_no_sense_is_refused_by_name(field: str, value: Any) -> None:
    with pytest.raises(InvalidInput) as refused:
        asked("EXTEND", wanted=replace(wish(), **{field: value}))
    assert [name for name, _ in refused.value.fields] == [f"#/{field}"]


@pytest.mark.rule("CN-14")
def test_interest_stop_takes_the_fewest_affordable_instalments() -> None:
    found = asked("INT_STOP", CARD, wanted=wish(waived_fees="520.00"))
    assert found.eligible
    made = terms(found)
    assert made.instalments == 40  # 39 would be 1329.24
    assert made.payment == yuan("1296.01")
    assert made.total == yuan("51840.45")
    assert made.schedule[-1].due_date == made.end_date == date(2029, 10, 31)
    assert [row.due_date for row in made.schedule[:3]] == [date(2026, 7, 31), date(2026, 8, 31), date(2026, 9, 30)]
    assert Money.total((row.amount for row in made.schedule), "CNY") == made.total


@pytest.mark.rule("CN-14")
def test_a_card_plan_over_five_years_is_refused_with_its_numbers() -> None:
    found = asked("INT_STOP", CARD, wanted=wish(72))
    assert refusals(found) == ["CN-14"]
    assert terms(found).instalments == 72


@pytest.mark.practice("000-06")
def test_extension_says_lower_instalment_and_higher_cost() -> None:
    found = asked("EXTEND", borrower=paying("2100.00"), wanted=wish(48))
    assert found.eligible
    made = terms(found)
    assert made.comparison.payment_change == yuan("-1311.55")
    assert made.comparison.total_cost_change == yuan("11488.47")
    assert made.extension_months == 24


def test_extension_that_stays_unaffordable_is_shown_at_its_cap() -> None:
    found = asked("EXTEND", borrower=paying("10.00"))
    assert refusals(found) == ["OPT-04", "OPT-03"]
    assert terms(found).instalments == 120


@pytest.mark.parametrize(
    ("changes", "rule"), [({"in_difficulty": False}, "OPT-02"), ({"willing": False}, "OPT-02"),
                          ({"max_instalment": yuan("0.00")}, "OPT-04")],
)  # fmt: skip
def test_difficulty_willingness_and_means_are_all_needed(changes: dict[str, Any], rule: str) -> None:
    assert refusals(asked("INT_STOP", CARD, replace(BORROWER, **changes), wish(60))) == [rule]


def test_every_relief_is_shown_and_a_product_without_it_says_so() -> None:
    found = shown(replace(LOAN, product="mortgage"))
    assert set(found) == set(ReliefType)
    assert refusals(found[ReliefType.INT_STOP]) == ["OPT-01"]
    assert found[ReliefType.INT_STOP].terms is None
    assert found[ReliefType.EXTEND].terms is not None
    assert all(one.eligible or one.refusals for one in found.values()), "no option without a reason"


def test_more_than_the_fees_cannot_be_waived() -> None:
    with pytest.raises(InvalidInput):
        asked("INT_STOP", CARD, wanted=wish(waived_fees="520.01"))


@pytest.mark.practice("000-05")
def test_two_shapes_are_offered_when_both_are_legal() -> None:
    found = shown(borrower=paying("2600.00"))
    longer, lower = found[ReliefType.EXTEND], found[ReliefType.INT_STOP]
    assert longer.eligible and lower.eligible and found[ReliefType.REDUCED].eligible
    assert terms(longer).extension_months > terms(lower).extension_months
    assert terms(longer).total > terms(lower).total


@pytest.mark.practice("001-10")
def test_a_lump_sum_is_never_the_first_thing_asked_for() -> None:
    order = [one.relief for one in CATALOGUE.reliefs]
    first_lump_sum = min(order.index(relief) for relief in LUMP_SUMS)
    found = shown(CARD)
    assert any(found[relief].eligible for relief in order[:first_lump_sum])
    with pytest.raises(ValueError, match="not the first"):
        ReliefCatalogue(tuple(reversed(CATALOGUE.reliefs[: first_lump_sum + 1])), Decimal(1))


@pytest.mark.practice("002-04")
def test_a_plan_that_is_worth_too_little_to_the_lender_is_refused() -> None:
    value = CATALOGUE.value
    assert value is not None
    strict = replace(CATALOGUE, value=replace(value, min_recovery_percent=Decimal("99")))
    found = asked("INT_STOP", CARD, wanted=wish(60), catalogue=strict)
    assert refusals(found) == ["OPT-10"]
    parts = [872.67] * 59 + [872.92]
    worth = sum(part / 1.06 ** (month / 12) for month, part in enumerate(parts, 1)) / 52360.45 * 100
    assert found.worth is not None and abs(float(found.worth) - worth) < 1e-6
    assert asked("INT_STOP", CARD, wanted=wish(60)).eligible


@pytest.mark.parametrize("relief", [r for r in ReliefType if r not in ("HOLD_INTERIM", "REDUCED")])
def test_a_deficit_bears_no_instalment(relief: ReliefType) -> None:
    assert not asked(relief, borrower=in_deficit(), wanted=wish(waived_fees="0.00")).eligible


def test_a_deficit_bears_a_hold_and_a_token_with_a_review_date() -> None:
    found = shown(borrower=in_deficit())
    assert [one.relief for one in found.values() if one.eligible] == [ReliefType.HOLD_INTERIM, ReliefType.REDUCED]
    token = terms(found[ReliefType.REDUCED])
    assert token.payment == yuan("50.00") and token.instruction.review_date == token.end_date == date(2026, 12, 31)
    more = asked("REDUCED", borrower=in_deficit(), wanted=wish(amount=yuan("50.01")))
    assert refusals(more) == ["OPT-25"]


@pytest.mark.parametrize(
    ("relief", "changes", "rule"),
    [
        ("PRIN_DISC", {"age_months": 5}, "OPT-14"),
        ("PRIN_DISC", {"cause": "INCOME_DROP"}, "OPT-15"),
        ("PRIN_DISC", {"cause": None}, "OPT-15"),
        ("PRIN_DISC", {"day": date(2028, 1, 1)}, "OPT-17"),
        ("DEFER_WAIVE", {"cause": "UNEMPLOYMENT"}, "OPT-15"),
    ],
)
@pytest.mark.practice("002-10")
def test_concessions_depend_on_age_cause_and_programme(relief: str, changes: dict[str, Any], rule: str) -> None:
    found = replace(FOUND, age_months=14, cause="EPIDEMIC")
    assert rule not in refusals(asked(relief, found=found))
    assert refusals(asked(relief, found=replace(found, **changes)))[0] == rule


def with_conditions(**conditions: Any) -> ReliefCatalogue:
    extend = CATALOGUE.terms(ReliefType.EXTEND)
    made: ReliefCatalogue = replace(CATALOGUE, reliefs=(replace(extend, eligibility=Eligibility(**conditions)),))
    return made


def test_packs_and_days_past_due_are_asked() -> None:
    late = with_conditions(days_past_due=Span(30, 89))
    for days, expected in ((29, ["OPT-13"]), (30, []), (89, []), (90, ["OPT-13"])):
        found = replace(FOUND, days_past_due=days)
        assert refusals(asked("EXTEND", borrower=paying("2600.00"), found=found, catalogue=late)) == expected
    there = with_conditions(packs=frozenset({"uk", "eu"}))
    assert refusals(asked("EXTEND", borrower=paying("2600.00"), catalogue=there)) == ["OPT-16"]
    both = replace(FOUND, packs=frozenset({"cn", "eu"}))
    assert asked("EXTEND", borrower=paying("2600.00"), found=both, catalogue=there).eligible


def test_the_same_relief_is_not_had_too_often() -> None:
    def had(*days: date) -> list[str]:
        earlier = tuple(EarlierRelief(ReliefType.CAPITALISE, day) for day in days)
        return refusals(asked("CAPITALISE", borrower=paying("9000.00"), found=replace(FOUND, earlier=earlier)))

    assert had(date(2025, 6, 2)) == ["OPT-18"]
    assert had(date(2025, 6, 1)) == [], "twelve months ago to the day is not within twelve months"
    other = replace(FOUND, earlier=(EarlierRelief(ReliefType.EXTEND, DAY),))
    assert asked("CAPITALISE", borrower=paying("9000.00"), found=other).eligible


def test_the_first_catalogue_still_says_what_it_said() -> None:
    first = DATED.named("reliefs-1").value
    assert [one.relief for one in first.reliefs] == ["EXTEND", "INT_STOP"]
    found = asked("INT_STOP", CARD, wanted=wish(60), catalogue=first)
    assert found.eligible and found.worth is None
    assert [judged.rule for judged in found.verdicts] == ["OPT-01", "OPT-02", "CN-14", "OPT-04"]


def test_a_catalogue_without_the_numbers_of_a_relief_does_not_load() -> None:
    with pytest.raises(ValueError, match="RATE_CUT needs rate"):
        ReliefTerms(ReliefType.RATE_CUT, {}, None, True, True, "here")


@pytest.mark.parametrize("relief", ["CONSOLIDATE", "COLLATERAL"])
def test_what_people_decide_is_listed_without_numbers(relief: str) -> None:
    found = asked(relief, replace(LOAN, product="auto_loan"), paying("9000.00"))
    assert refusals(found) == ["OPT-12"] and found.terms is None and found.hold is None
    assert found.people_decide and all(code in DECIDED_BY_PEOPLE for code in found.people_decide)


def test_every_rule_and_relief_has_words_in_both_languages() -> None:
    rules = {rule.id for rule in business_rules() if rule.group == "relief"}
    assert rules == set(SENTENCES)
    assert set(RELIEF_NAMES) == set(ReliefType)
    for borrower in (BORROWER, paying("2600.00"), in_deficit()):
        for account in (CARD, LOAN, replace(LOAN, remaining=0, balance_not_yet_due=yuan("0.00"))):
            for one in shown(account, borrower).values():
                for judged in one.verdicts:
                    zh, en = sentence(judged)
                    assert zh.endswith("。") and en.endswith(".") and "{" not in zh + en
                    assert "UNEMPLOYMENT" not in en
