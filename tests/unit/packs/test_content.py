"""What the packs say: every rule is there, its numbers have units, and the days on which rules begin and end."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from services.common.kernel.dated import PolicyMissing
from services.common.packs.hours import ContactHours
from services.common.packs.loader import load_packs
from services.common.packs.rules import FROM_THE_START
from services.common.packs.vocabulary import Actor, Binding, Product, Strength, Verified

PACKS = load_packs()
TODAY = date(2026, 11, 22)


def numbered(prefix: str, first: int, last: int) -> set[str]:
    return {f"{prefix}-{n:02}" for n in range(first, last + 1)}


def test_every_rule_is_there_once() -> None:
    expected = numbered("CN", 1, 32) | numbered("US", 0, 33) - {"US-31"} | {"US-31a", "US-31b"}
    expected |= numbered("UK", 1, 19) | numbered("EU", 1, 11) | numbered("AU", 1, 8) | numbered("HOUSE", 1, 13)
    expected |= {"HK-01", "SG-01", "SG-02", "IN-01", "IN-02"}
    assert {rule.id for rule in PACKS.every()} == expected
    assert set(PACKS.by_name) == {"cn", "us", "us-ma", "uk", "eu", "au", "hk", "sg", "in", "house"}


#: A number without one of these in its name could be read in another unit.
UNITS = (
    "_days", "_day", "_months", "_month", "_years", "_hours", "_minutes", "_weeks", "_week", "_calls", "_attempts",
    "_contacts",
    "_percent", "_staff", "_cny", "_eur", "_gbp", "_sgd", "_payments", "_periods", "_demands", "_lenders",
    "_confirmations", "failed_calls", "replies", "_day_", "_elsewhere", "_per_",
)  # fmt: skip


def test_a_number_has_its_unit_in_its_name() -> None:
    numbers = {
        name
        for rule in PACKS.every()
        for name, parameter in rule.parameters.items()
        if isinstance(parameter.value, int | Decimal) and not isinstance(parameter.value, bool)
    }
    assert len(numbers) > 60
    assert {name for name in numbers if not any(unit in f"_{name}_" or unit in name for unit in UNITS)} == set()


def test_sentences_are_sentences() -> None:
    for rule in PACKS.every():
        assert rule.sentence.endswith(".") and rule.sentence_zh.endswith("。"), rule.id
        assert rule.reviewed <= TODAY


def test_what_is_not_confirmed_says_what() -> None:
    unsure = [rule for rule in PACKS.every() if rule.verified is Verified.UNVERIFIED]
    assert {rule.id for rule in unsure} == {"CN-32", "UK-18", "UK-19", "EU-06", "EU-10"}
    assert all(rule.doubt for rule in unsure)


@pytest.mark.rule("HOUSE-10")
def test_the_chinese_guide_binds_from_its_day_and_was_adopted_before() -> None:
    before, from_it = PACKS.rule("CN-01", date(2026, 1, 29)), PACKS.rule("CN-01", date(2026, 1, 30))
    assert before.actors[Actor.LENDER] is Binding.ADOPTED and from_it.actors[Actor.LENDER] is Binding.BINDING
    assert before.parameters == from_it.parameters
    assert PACKS.on("cn", date(2026, 1, 29)).version != PACKS.on("cn", date(2026, 1, 30)).version


@pytest.mark.rule("HOUSE-10")
def test_a_draft_is_guidance_until_its_final_text_is_read() -> None:
    strength = PACKS.rule("HOUSE-10", TODAY).value("draft_strength")
    drafts = {rule.id: rule.strength for rule in PACKS.every() if rule.verified is Verified.DRAFT}
    assert {"CN-16", "CN-22", "IN-02"} <= set(drafts) and set(drafts.values()) == {Strength(strength)}


@pytest.mark.rule("US-31b")
@pytest.mark.rule("CN-28")
@pytest.mark.rule("EU-09")
@pytest.mark.parametrize(
    ("rule_id", "last_day_off", "first_day_on"),
    [
        ("US-31b", date(2027, 1, 30), date(2027, 1, 31)),
        ("EU-09", date(2026, 11, 19), date(2026, 11, 20)),
        ("HK-01", date(2025, 11, 20), date(2025, 11, 21)),
        ("IN-02", date(2026, 6, 30), date(2026, 7, 1)),
        ("CN-28", date(2025, 12, 22), date(2025, 12, 23)),
        ("CN-28", date(2026, 4, 1), date(2026, 3, 31)),  # it ended
    ],
)
def test_a_rule_is_in_force_from_its_first_day_to_its_last(
    rule_id: str, last_day_off: date, first_day_on: date
) -> None:
    assert PACKS.rule(rule_id, first_day_on).id == rule_id
    with pytest.raises(PolicyMissing, match=rule_id):
        PACKS.rule(rule_id, last_day_off)


def test_nothing_is_decided_before_the_packs_begin() -> None:
    assert PACKS.on("cn", FROM_THE_START).rules
    with pytest.raises(PolicyMissing, match="1999-12-31"):
        PACKS.on("cn", date(1999, 12, 31))
    with pytest.raises(PolicyMissing, match="no rule pack named xx"):
        PACKS.on("xx", TODAY)
    with pytest.raises(PolicyMissing, match="no pack has a rule XX-01"):
        PACKS.rule("XX-01", TODAY)


@pytest.mark.parametrize(
    ("rule_id", "name", "value"),
    [
        ("CN-02", "max_attempts_per_number_per_day", 6),
        ("CN-03", "max_effective_calls_per_debtor_per_day", 3),
        ("CN-11", "keep_recordings_years", 2),
        ("CN-14", "max_instalments_months", 60),
        ("US-04", "max_calls", 7),
        ("US-04", "window_days", 7),
        ("US-05", "wait_days", 7),
        ("US-18", "validation_days", 30),
        ("US-24", "keep_records_years", 3),
        ("US-25", "max_calls", 2),
        ("UK-12", "protected_days", 60),
        ("UK-13", "days_after_treatment", 30),
        ("UK-16", "final_weeks", 8),
        ("AU-03", "decide_without_information_days", 28),
        ("AU-08", "max_contacts_per_week", 3),
        ("EU-02", "over_npv_loss_percent", 1),
    ],
)
def test_numbers(rule_id: str, name: str, value: int) -> None:
    assert PACKS.rule(rule_id, TODAY).value(name) == value


@pytest.mark.parametrize(
    ("rule_id", "hours"),
    [
        ("CN-01", "every day 08:00-22:00"),
        ("US-01", "every day 08:00-21:00"),
        ("UK-05", "every day 08:00-21:00"),
        ("IN-01", "every day 08:00-19:00"),
        ("AU-07", "weekday 07:30-21:00, weekend 09:00-21:00, public holiday none"),
    ],
)
def test_hours(rule_id: str, hours: str) -> None:
    found = PACKS.rule(rule_id, TODAY).value("contact_hours")
    assert isinstance(found, ContactHours) and str(found) == hours


def test_british_hours_are_a_must_for_mortgages_only() -> None:
    rule = PACKS.rule("UK-05", TODAY)
    assert rule.strength_for(Product.MORTGAGE) is Strength.MUST
    assert rule.strength_for(Product.CREDIT_CARD) is Strength.PRESUMPTION


def test_a_case_in_a_state_is_bound_by_the_federal_rules_and_the_house_too() -> None:
    assert [pack.name for pack in PACKS.of_case(("us-ma", "cn"), TODAY)] == ["us-ma", "us", "cn", "house"]
