"""Regulatory marks: observation, cure and probation, the floor of a class, re-aging, and what a plan gets of them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from forbear.calc.answers import Calculator
from forbear.calc.offered import offered
from services.common.kernel.money import Money
from services.common.packs.loader import load_packs
from services.plans.domain.catalogue import ReliefType
from services.plans.domain.flags.codes import FlagCode
from services.plans.domain.flags.floor import AssetClass, ObservedTerms, observed_floor
from services.plans.domain.flags.forbearance import PastDue, in_probation_after_default
from services.plans.domain.flags.marks import Mark, MarkFacts, MarkRules, marks
from services.plans.domain.flags.re_age import ReAgeFacts, ReAgeTerms, payments_in_a_row, re_age
from services.plans.policies import load_policies

CALCULATOR = Calculator(offered(), load_packs(), date(2026, 11, 22))
DAY = date(2026, 3, 1)


def outputs(formula: str, **inputs: Any) -> Any:
    line = json.dumps({"id": "1", "formula": formula, "inputs": inputs}).encode()
    return CALCULATOR.answer(line).get("outputs")


def observed(first: str, step: int = 1, missed: str | None = None) -> Any:
    return outputs(
        "cn_observation",
        first_repayment_date_after_change=first,
        repayment_step_months=step,
        missed_payment_date=missed,
    )


@pytest.mark.rule("CN-21")
@pytest.mark.parametrize(
    ("asked", "start", "end", "driver"),
    [
        (("2026-04-20",), "2026-04-20", "2027-04-20", "one_year"),
        (("2026-04-20", 3), "2026-04-20", "2027-04-20", "one_year"),
        (("2026-04-20", 6), "2026-04-20", "2027-04-20", "one_year"),
        (("2026-04-20", 7), "2026-04-20", "2027-06-20", "two_periods"),
        (("2026-08-31", 9), "2026-08-31", "2028-02-29", "two_periods"),
        (("2024-02-29",), "2024-02-29", "2025-02-28", "one_year"),
        (("2026-04-20", 1, "2026-09-20"), "2026-09-20", "2027-09-20", "one_year"),
        (("2026-04-20", 1, "2027-04-20"), "2027-04-20", "2028-04-20", "one_year"),
        (("2026-04-20", 1, "2027-04-21"), "2026-04-20", "2027-04-20", "one_year"),
        (("2026-01-31", 3, "2026-04-30"), "2026-04-30", "2027-04-30", "one_year"),
    ],
)
def test_observation(asked: tuple[Any, ...], start: str, end: str, driver: str) -> None:
    assert observed(*asked) == {"period_start": start, "earliest_end": end, "driver": driver}


def test_an_observation_that_cannot_be() -> None:
    assert observed("2026-04-20", 0) is None
    assert observed("2026-04-20", 1, "2026-04-19") is None


@pytest.mark.rule("EU-03")
@pytest.mark.rule("EU-04")
@pytest.mark.parametrize(
    ("asked", "cure", "start", "exit_"),
    [
        (("NON_PERFORMING", "2026-01-15", True), "2027-01-15", "2027-01-15", "2029-01-15"),
        (("PERFORMING", "2026-01-15", True), None, "2026-01-15", "2028-01-15"),
        (("PERFORMING", "2024-02-29", True), None, "2024-02-29", "2026-02-28"),
        (("NON_PERFORMING", "2024-02-29", True), "2025-02-28", "2025-02-28", "2027-02-28"),
        (("NON_PERFORMING", "2026-01-15", False), "2027-01-15", "2027-01-15", None),
    ],
)
def test_cure_and_probation(asked: tuple[Any, ...], cure: str | None, start: str, exit_: str | None) -> None:
    found = outputs(
        "eu_forbearance", **dict(zip(("status_at_grant", "measure_granted", "no_30dpd"), asked, strict=True))
    )
    assert found == {"cure_earliest": cure, "probation_start": start, "forborne_exit_earliest": exit_}


def test_the_cure_runs_from_the_latest_of_measure_default_and_grace() -> None:
    given = {"status_at_grant": "NON_PERFORMING", "measure_granted": "2026-01-15", "no_30dpd": True}
    assert outputs("eu_forbearance", **given, defaulted="2026-02-01")["cure_earliest"] == "2027-02-01"
    assert outputs("eu_forbearance", **given, grace_ends="2026-07-15")["cure_earliest"] == "2027-07-15"
    assert outputs("eu_forbearance", **given, defaulted="2025-07-15")["cure_earliest"] == "2027-01-15"
    performing = given | {"status_at_grant": "PERFORMING", "defaulted": "2026-01-15"}
    assert outputs("eu_forbearance", **performing) is None


@pytest.mark.rule("CN-19")
@pytest.mark.rule("CN-20")
@pytest.mark.parametrize(
    ("days", "general", "card"),
    [
        (0, 0, 0), (1, 1, 1), (90, 1, 1), (91, 2, 2), (120, 2, 2), (121, 2, 3), (180, 2, 3), (181, 2, 4),
        (270, 2, 4), (271, 3, 4), (360, 3, 4), (361, 4, 4),
    ],
)  # fmt: skip
def test_floor_by_days_past_due(days: int, general: int, card: int) -> None:
    names = list(AssetClass)
    assert outputs("cn_five_category_floor", days_past_due=days) == {
        "general_floor": names[general], "credit_card_floor": names[card], "stricter": names[max(general, card)],
    }  # fmt: skip
    assert outputs("cn_five_category_floor", days_past_due=-1) is None


@pytest.mark.rule("CN-22")
def test_while_observed_nothing_is_upgraded() -> None:
    terms = ObservedTerms(AssetClass.SPECIAL_MENTION, AssetClass.SUBSTANDARD)
    assert observed_floor(AssetClass.NORMAL, terms, again=False) is AssetClass.SPECIAL_MENTION
    assert observed_floor(AssetClass.DOUBTFUL, terms, again=False) is AssetClass.DOUBTFUL
    assert observed_floor(AssetClass.NORMAL, terms, again=True) is AssetClass.SUBSTANDARD
    assert observed_floor(AssetClass.LOSS, terms, again=True) is AssetClass.LOSS


@pytest.mark.rule("US-32", "US-32a", "US-32b", "US-32c", "US-32d")
@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({}, []),
        ({"willing_and_able": False}, ["US-32a"]),
        ({"opened_on": date(2025, 6, 2)}, ["US-32b"]),
        ({"opened_on": date(2025, 6, 1)}, []),
        ({"consecutive_payments": 2}, ["US-32c"]),
        ({"consecutive_payments": 0, "lump_sum": True}, []),
        ({"re_aged_on": (date(2025, 3, 2),)}, ["US-32d"]),
        ({"re_aged_on": (date(2025, 3, 1),)}, []),
        ({"re_aged_on": (date(2021, 3, 2), date(2024, 1, 1))}, ["US-32d"]),
        ({"re_aged_on": (date(2024, 1, 1), date(2021, 3, 1))}, []),
    ],
)
def test_re_aging_is_seldom(changes: dict[str, Any], refused: list[str]) -> None:
    facts = ReAgeFacts(date(2020, 1, 1), DAY, 3, lump_sum=False, willing_and_able=True)
    terms = load_packs().rule("US-32", DAY).terms(ReAgeTerms)
    assert [v.rule for v in re_age(replace(facts, **changes), terms) if not v.passed] == refused


# -- the marks of a plan ---------------------------------------------------------------------------------------------


def facts(**changes: Any) -> MarkFacts:
    plain = MarkFacts(
        day=DAY,
        relief=ReliefType.EXTEND,
        product="credit_card",
        days_past_due=45,
        restructured=True,
        repeat=False,
        npv_loss_percent=Decimal("0.5"),
        first_due=date(2026, 3, 31),
    )
    return replace(plain, **changes)


def of(pack: str, **changes: Any) -> dict[FlagCode, Mark]:
    rules = MarkRules(load_policies().numbers(DAY, pack))
    return {mark.code: mark for mark in marks(facts(**changes), rules)}


@pytest.mark.rule("CN-21")
def test_mainland_china_restructured_and_class() -> None:
    found = of("cn")
    restructured, floor = found[FlagCode.CN_RESTRUCTURED], found[FlagCode.CN_CLASS_FLOOR]
    assert (restructured.decided, restructured.starts_on, restructured.earliest_end) == (
        True, date(2026, 3, 31), date(2027, 3, 31),
    )  # fmt: skip
    assert (floor.value, floor.rules) == ("SPECIAL_MENTION", ("CN-19", "CN-20", "CN-22"))
    # 150 days: a card is doubtful, another loan substandard.
    assert of("cn", days_past_due=150)[FlagCode.CN_CLASS_FLOOR].value == "DOUBTFUL"
    assert of("cn", days_past_due=150, product="auto_loan")[FlagCode.CN_CLASS_FLOOR].value == "SUBSTANDARD"
    again = of("cn", repeat=True)
    assert again[FlagCode.CN_RESTRUCTURED].reason == "restructured_again"
    assert again[FlagCode.CN_CLASS_FLOOR].value == "SUBSTANDARD"
    without = of("cn", restructured=False, days_past_due=0)
    assert not without[FlagCode.CN_RESTRUCTURED].decided and without[FlagCode.CN_RESTRUCTURED].starts_on is None
    assert without[FlagCode.CN_CLASS_FLOOR].value == "NORMAL"


@pytest.mark.rule("EU-02")
@pytest.mark.parametrize(
    ("changes", "default", "status", "exit_"),
    [
        ({}, False, "PERFORMING", date(2028, 3, 1)),
        ({"npv_loss_percent": Decimal("1")}, False, "PERFORMING", date(2028, 3, 1)),
        ({"npv_loss_percent": Decimal("1.0001")}, True, "NON_PERFORMING", date(2029, 3, 1)),
        ({"days_past_due": 90}, False, "PERFORMING", date(2028, 3, 1)),
        ({"days_past_due": 91}, False, "NON_PERFORMING", date(2029, 3, 1)),
    ],
)
def test_european_union_forborne_and_default(changes: dict[str, Any], default: bool, status: str, exit_: date) -> None:
    found = of("eu", **changes)
    assert set(found) == {FlagCode.EU_FORBORNE, FlagCode.EU_DEFAULT}
    assert found[FlagCode.EU_DEFAULT].decided is default
    assert (found[FlagCode.EU_FORBORNE].value, found[FlagCode.EU_FORBORNE].earliest_end) == (status, exit_)
    if default:
        assert found[FlagCode.EU_DEFAULT].earliest_end == date(2027, 3, 1)


def test_no_marks_where_no_rule_asks_for_any() -> None:
    assert of("us") == {} and of("uk") == {}
    [re_aged] = of("us", relief=ReliefType.REAGE).values()
    assert (re_aged.code, re_aged.starts_on, re_aged.earliest_end) == (FlagCode.US_RE_AGE, DAY, date(2027, 3, 1))
    not_forborne = of("eu", restructured=False)
    assert not any(mark.decided for mark in not_forborne.values())


@pytest.mark.rule("EU-05")
def test_a_new_measure_in_probation_after_a_default_is_non_performing_again() -> None:
    """Forty-five days past due and no loss of value: by itself it would perform."""
    plain = of("eu")[FlagCode.EU_FORBORNE]
    assert (plain.value, plain.earliest_end) == ("PERFORMING", date(2028, 3, 1))
    again = of("eu", in_probation=True)[FlagCode.EU_FORBORNE]
    assert (again.value, again.reason, again.rules) == (
        "NON_PERFORMING", "measure_in_probation", ("EU-03", "EU-04", "EU-05"),
    )  # fmt: skip
    assert again.earliest_end == date(2029, 3, 1)
    # Without a measure nothing changes, and elsewhere nobody asks.
    assert of("eu", in_probation=True, restructured=False)[FlagCode.EU_FORBORNE].value == "PERFORMING"


@pytest.mark.rule("EU-05")
@pytest.mark.parametrize(
    ("status", "until", "found"),
    [
        ("NON_PERFORMING", date(2026, 6, 2), True),
        ("NON_PERFORMING", date(2026, 6, 1), False),
        ("NON_PERFORMING", None, True),
        ("PERFORMING", date(2027, 6, 1), False),
        (None, None, False),
    ],
)
def test_what_always_performed_does_not_fall_back_by_itself(
    status: str | None, until: date | None, found: bool
) -> None:
    assert in_probation_after_default(status, until, date(2026, 6, 1)) is found


@pytest.mark.rule("US-32")
@pytest.mark.parametrize(
    ("payments", "found"),
    [
        ([], 0),
        ([("2026-02-28", "100"), ("2026-01-15", "100"), ("2025-12-02", "100")], 3),
        # A month without a payment ends the row, and so does one with too little in it.
        ([("2026-02-28", "100"), ("2025-12-15", "100")], 1),
        ([("2026-02-28", "100"), ("2026-01-15", "99.99"), ("2025-12-15", "100")], 1),
        # Parts of a payment in one month make a payment; a lump sum counts for as many as it is worth.
        ([("2026-02-28", "60"), ("2026-02-10", "40")], 1),
        ([("2026-02-20", "350")], 3),
        ([("2026-01-20", "350")], 0),
        # What comes later does not count.
        ([("2026-03-02", "100")], 0),
    ],
)
def test_payments_in_a_row(payments: list[tuple[str, str]], found: int) -> None:
    paid = [(date.fromisoformat(on), Money.of(amount, "USD")) for on, amount in payments]
    assert payments_in_a_row(paid, Money.of("100", "USD"), DAY) == found
    assert payments_in_a_row(paid, Money.zero("USD"), DAY) == 0


@pytest.mark.rule("EU-01")
@pytest.mark.parametrize(
    ("days", "amount", "exposure", "status"),
    [
        (91, "101.00", "10000.00", "NON_PERFORMING"),
        (90, "5000.00", "10000.00", "PERFORMING"),
        # Not material: no more than a hundred euro, or no more than one percent of the exposure.
        (400, "100.00", "5000.00", "PERFORMING"),
        (400, "150.00", "15000.00", "PERFORMING"),
        (91, "150.01", "15000.00", "NON_PERFORMING"),
    ],
)
def test_days_past_due_count_on_a_material_obligation(days: int, amount: str, exposure: str, status: str) -> None:
    past_due = PastDue(Money.of(amount, "EUR"), Money.of(exposure, "EUR"))
    assert of("eu", days_past_due=days, past_due=past_due)[FlagCode.EU_FORBORNE].value == status


@pytest.mark.rule("EU-01")
def test_in_another_currency_the_share_alone_is_asked() -> None:
    small = PastDue(Money.of("90.00", "CNY"), Money.of("5000.00", "CNY"))
    assert of("cn+eu", days_past_due=91, past_due=small)[FlagCode.EU_FORBORNE].value == "NON_PERFORMING"
