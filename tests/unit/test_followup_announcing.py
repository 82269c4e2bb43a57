"""A payment that is taken by itself is announced three to ten business days before it, when it is far enough ahead."""

from datetime import date

import pytest

from services.followup.domain.announcing import announced_on
from services.followup.service.policies import Policies, day_count

AGREED = date(2026, 11, 2)


@pytest.mark.rule("US-23")
@pytest.mark.parametrize(
    ("reminded", "due", "announced"),
    [
        (date(2026, 11, 13), date(2026, 11, 16), date(2026, 11, 10)),  # a Monday; the 11th is Veterans Day
        (date(2026, 11, 28), date(2026, 12, 1), date(2026, 11, 25)),  # Thanksgiving and a weekend lie between
        (date(2026, 11, 24), date(2026, 12, 1), date(2026, 11, 24)),  # four business days before: as it is
        (date(2026, 11, 3), date(2026, 12, 1), date(2026, 11, 16)),  # not more than ten before
        (date(2026, 11, 5), date(2026, 11, 7), date(2026, 11, 5)),  # five days ahead: nothing is announced
        (date(2026, 11, 7), date(2026, 11, 8), date(2026, 11, 4)),  # six are
    ],
)
def test_the_reminder_is_moved_into_the_days_of_the_announcement(reminded: date, due: date, announced: date) -> None:
    terms = Policies().announcement("us", AGREED)
    assert terms is not None
    assert announced_on(reminded, due, AGREED, terms, day_count("us", True)) == announced


@pytest.mark.rule("US-23")
def test_years_without_a_list_have_weekends_and_other_packs_no_such_rule() -> None:
    terms = Policies().announcement("us-ma", AGREED)
    assert terms is not None
    assert announced_on(date(2031, 11, 14), date(2031, 11, 17), AGREED, terms, day_count("us-ma", True)) == date(
        2031, 11, 12
    )
    assert Policies().announcement("uk", AGREED) is None
