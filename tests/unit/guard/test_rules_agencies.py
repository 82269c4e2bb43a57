"""Agencies in mainland China: on the list, assessed within twelve months, and nobody behind them."""

from datetime import date
from typing import Any

import pytest

from services.common.packs.vocabulary import Actor
from services.contact.domain.guard.decision import Permit
from services.contact.domain.guard.facts import Agency
from tests.unit.guard.asking import asked, permitted, refused, verdict_of


@pytest.mark.rule("CN-30")
@pytest.mark.parametrize(
    ("assessed_on", "passes"),
    [(date(2025, 6, 1), True), (date(2025, 5, 31), False), (date(2026, 6, 1), True), (None, False)],
)
def test_an_assessment_lasts_twelve_months_and_its_day_counts(assessed_on: date | None, passes: bool) -> None:
    answer = asked("cn", "2026-06-01 12:00", Actor.AGENCY, agency=Agency(assessed_on))
    assert isinstance(answer, Permit) is passes
    if not passes:
        verdict = verdict_of(answer, "CN-30")
        assert not isinstance(answer, Permit) and answer.rules == ("CN-30",) and answer.earliest is None
        assert verdict.strength == "must" and verdict.reason and verdict.reason_zh


@pytest.mark.rule("CN-30")
def test_the_last_day_is_the_last_in_every_place_where_the_debtor_may_be() -> None:
    zones: dict[str, Any] = {"zones": ("Asia/Shanghai", "America/New_York"), "agency": Agency(date(2025, 6, 1))}
    # Noon of 2 June in New York is midnight of the 3rd in Shanghai; 21:00 of the 1st in Shanghai is 9:00 in New York.
    assert isinstance(permitted("cn", "2026-06-01 21:00", Actor.AGENCY, **zones), Permit)
    assert "CN-30" in refused("cn", "2026-06-02 21:00", Actor.AGENCY, **zones).rules


@pytest.mark.rule("CN-30")
def test_a_lender_is_asked_for_no_assessment_and_no_other_pack_has_a_list() -> None:
    assert isinstance(permitted("cn"), Permit)
    assert isinstance(permitted("in", "2026-06-01 12:00", Actor.AGENCY, agency=Agency()), Permit)
