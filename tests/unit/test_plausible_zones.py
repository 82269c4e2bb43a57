"""Where a borrower may be: the bank's word, and numbers that tell of another place."""

from datetime import date

import pytest

from services.contact.domain.zones import plausible

DAY = date(2026, 7, 15)
EASTERN, PACIFIC = "America/New_York", "America/Los_Angeles"
AUSTRALIA = ("Australia/Adelaide", "Australia/Brisbane", "Australia/Perth", "Australia/Sydney")


@pytest.mark.rule("US-01")
def test_an_eastern_number_and_a_pacific_address_count_both() -> None:
    assert plausible([PACIFIC], [[EASTERN]], DAY) == (PACIFIC, EASTERN)


def test_a_number_of_the_same_place_tells_nothing_new() -> None:
    assert plausible(["Asia/Kolkata"], [["Asia/Calcutta"], ["Asia/Calcutta"]], DAY) == ("Asia/Kolkata",)


def test_a_number_of_the_whole_country_tells_nothing_where_the_state_is_known() -> None:
    assert plausible(["Australia/Brisbane"], [AUSTRALIA], DAY) == ("Australia/Brisbane",)


def test_a_number_of_another_country_counts_with_each_of_its_clocks_once() -> None:
    found = plausible(["Asia/Shanghai"], [["Australia/Sydney", "Australia/Melbourne", "Australia/Brisbane"]], DAY)
    assert found == ("Asia/Shanghai", "Australia/Sydney", "Australia/Brisbane")


def test_where_no_place_is_known_a_number_is_the_only_word() -> None:
    assert plausible([], [AUSTRALIA[:2]], DAY) == AUSTRALIA[:2]


def test_a_number_that_is_nowhere_tells_nothing() -> None:
    assert plausible([EASTERN], [["Etc/Unknown"], []], DAY) == (EASTERN,)


def test_zones_that_part_in_summer_are_two() -> None:
    # Arizona keeps the time of Denver in winter only.
    assert plausible(["America/Denver"], [["America/Phoenix"]], DAY) == ("America/Denver", "America/Phoenix")
