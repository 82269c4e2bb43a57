"""What the packs of a case ask of reliefs beside their caps: military service, card instalments, union workouts."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from services.plans.domain.catalogue import ReliefType
from services.plans.domain.reliefs.facts import EarlierRelief
from services.plans.domain.reliefs.service_members import forgiven
from services.plans.policies import load_policies
from tests.unit.reliefs.people import CARD, DAY, FOUND, LOAN, asked, paying, refusals, terms, wish, yuan

POLICIES = load_policies()
US = POLICIES.catalogue(DAY, "us", "personal_loan")
CN_CARD = POLICIES.catalogue(DAY, "cn", "credit_card")
SERVING = replace(FOUND, packs=frozenset({"us"}), cause="MILITARY_SERVICE")
OPEN_CARD = replace(CARD, balance_not_yet_due=yuan("30000.00"), remaining=12)


@pytest.mark.rule("US-30")
def test_interest_above_six_percent_is_forgiven_and_not_put_off() -> None:
    """LOAN bears 12 %: half of the accrued 700.00 is above the lawful 6 %."""
    assert forgiven(yuan("700.00"), Decimal("0.12"), Decimal("0.06")) == yuan("350.00")
    cut = asked("RATE_CUT", borrower=paying("5000.00"), found=SERVING, catalogue=US)
    assert terms(cut).instruction.annual_rate == Decimal("0.06")
    assert refusals(cut) == ["US-30"]
    wanted = replace(wish(), waived_interest=yuan("350.00"))
    assert asked("RATE_CUT", borrower=paying("5000.00"), wanted=wanted, found=SERVING, catalogue=US).eligible
    short = replace(wish(), waived_interest=yuan("349.99"))
    assert refusals(asked("RATE_CUT", borrower=paying("5000.00"), wanted=short, found=SERVING, catalogue=US)) == [
        "US-30"
    ]


@pytest.mark.rule("US-30")
@pytest.mark.parametrize("relief", ["DEFER_CAP", "DEFER_SPREAD", "CAPITALISE", "EXTEND", "REDUCED", "PTP"])
def test_no_relief_of_a_service_member_keeps_a_higher_rate_or_capitalises_it(relief: str) -> None:
    assert "US-30" in refusals(asked(relief, borrower=paying("9000.00"), found=SERVING, catalogue=US))


@pytest.mark.rule("US-30")
def test_who_does_not_serve_or_owes_at_six_percent_is_judged_as_ever() -> None:
    assert asked(
        "EXTEND", borrower=paying("9000.00"), found=replace(FOUND, packs=frozenset({"us"})), catalogue=US
    ).eligible
    at_six = replace(LOAN, annual_rate=Decimal("0.06"))
    assert asked("EXTEND", at_six, borrower=paying("9000.00"), found=SERVING, catalogue=US).eligible
    assert asked("EXTEND", borrower=paying("9000.00"), found=replace(SERVING, packs=frozenset({"uk"}))).eligible


@pytest.mark.rule("CN-16")
def test_a_card_balance_in_instalments_is_not_put_into_others() -> None:
    running = EarlierRelief(ReliefType.EXTEND, date(2026, 1, 5), date(2027, 1, 5))
    found = replace(FOUND, earlier=(running,))
    refused = asked("EXTEND", OPEN_CARD, paying("9000.00"), found=found, catalogue=CN_CARD)
    assert refusals(refused) == ["CN-16"]
    personalised = asked("INT_STOP", OPEN_CARD, paying("9000.00"), found=found, catalogue=CN_CARD)
    assert personalised.eligible, refusals(personalised)


@pytest.mark.rule("CN-16")
@pytest.mark.parametrize("ends_on", [None, date(2026, 5, 31)])
def test_instalments_that_are_over_or_broken_stand_in_no_way(ends_on: date | None) -> None:
    found = replace(FOUND, earlier=(EarlierRelief(ReliefType.EXTEND, date(2025, 1, 5), ends_on),))
    assert asked("EXTEND", OPEN_CARD, paying("9000.00"), found=found, catalogue=CN_CARD).eligible


@pytest.mark.rule("CN-16")
def test_ordinary_card_instalments_have_the_cap_of_the_notice() -> None:
    assert CN_CARD.terms(ReliefType.EXTEND).max_instalments["credit_card"] == 60
    over = asked("EXTEND", OPEN_CARD, paying("9000.00"), wish(61), catalogue=CN_CARD)
    assert "CN-14" in refusals(over)
    loan = replace(LOAN, remaining=12)
    earlier = replace(FOUND, earlier=(EarlierRelief(ReliefType.EXTEND, date(2026, 1, 5), date(2027, 1, 5)),))
    # Only cards: a loan may be extended again as often as the catalogue says.
    again = asked(
        "EXTEND", loan, paying("9000.00"), found=earlier, catalogue=POLICIES.catalogue(DAY, "cn", "personal_loan")
    )
    assert "CN-16" not in refusals(again)


@pytest.mark.rule("US-33")
def test_interest_joins_the_balance_only_under_a_policy_with_limits() -> None:
    assert asked("CAPITALISE", borrower=paying("9000.00"), catalogue=US).eligible
    without = tuple(replace(one, frequency=()) if one.relief == "CAPITALISE" else one for one in US.reliefs)
    refused = asked("CAPITALISE", borrower=paying("9000.00"), catalogue=replace(US, reliefs=without))
    assert refusals(refused) == ["US-33"]
    # Before the rule, and elsewhere, nobody asks.
    elsewhere = replace(US, reliefs=without, workouts_limited=False)
    assert asked("CAPITALISE", borrower=paying("9000.00"), catalogue=elsewhere).eligible
    assert not POLICIES.catalogue(DAY, "uk", "personal_loan").workouts_limited
