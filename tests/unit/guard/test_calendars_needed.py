"""A list of holidays is asked for only where a rule depends on one: without it that rule refuses, and no other does."""

import pytest

from services.common.packs.calendars import load_calendars
from services.contact.domain.guard.decision import Permit
from tests.unit.guard.asking import permitted, refused

YEARS = (2026, 2027, 2031)
#: Packs whose hours are the same on every day, so that no list of holidays is needed to call.
SAME_EVERY_DAY = ("cn", "hk", "sg", "in", "us", "eu")


@pytest.mark.rule("CAL-01")
@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("pack", SAME_EVERY_DAY)
def test_where_no_rule_depends_on_holidays_no_list_is_needed(pack: str, year: int) -> None:
    assert isinstance(permitted(pack, f"{year}-06-02 12:00"), Permit)


@pytest.mark.rule("CAL-01")
def test_where_hours_depend_on_holidays_a_missing_year_refuses() -> None:
    known = max(load_calendars()["au"].years)
    assert isinstance(permitted("au", f"{known}-06-02 12:00"), Permit)
    assert refused("au", f"{known + 1}-06-02 12:00").rules == ("CAL-01",)
