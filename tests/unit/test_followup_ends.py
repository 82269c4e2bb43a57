"""Until when records are kept, as pure functions."""

from datetime import date

from services.followup.domain.retention import kept_until, may_be_deleted

YEARS = {"CN-11": 2, "US-24": 3}


def test_the_longest_rule_counts_to_the_end_of_its_last_day() -> None:
    last_days = kept_until(date(2024, 2, 29), YEARS)
    assert last_days == {"CN-11": date(2026, 2, 28), "US-24": date(2027, 2, 28)}
    assert not may_be_deleted(date(2026, 3, 1), last_days, legal_hold=False)
    assert not may_be_deleted(date(2027, 2, 28), last_days, legal_hold=False)
    assert may_be_deleted(date(2027, 3, 1), last_days, legal_hold=False)


def test_nothing_goes_while_a_legal_hold_stands() -> None:
    assert not may_be_deleted(date(2099, 1, 1), kept_until(date(2024, 1, 1), YEARS), legal_hold=True)
