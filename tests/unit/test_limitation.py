"""Until when a debt can be claimed in court, and what makes the time begin anew."""

from datetime import date

import pytest

from services.contact.domain.limitation import Limitation, LimitationTerms, Renewal, is_barred, last_day

CHINA = LimitationTerms(3, frozenset({"demand", "agreement_to_perform", "suit"}))
DUE = Limitation(as_of=date(2026, 3, 2), counted_from=date(2021, 5, 31))
D, A = Renewal.DEMAND, Renewal.AGREEMENT


@pytest.mark.rule("CN-26")
@pytest.mark.parametrize(
    ("renewals", "ends"),
    [
        ([], date(2024, 5, 31)),
        ([(date(2024, 5, 31), D)], date(2027, 5, 31)),
        ([(date(2024, 6, 1), D)], date(2024, 5, 31)),
        ([(date(2024, 6, 1), A)], date(2027, 6, 1)),
        ([(date(2022, 1, 10), D), (date(2025, 1, 10), D)], date(2028, 1, 10)),
        ([(date(2025, 1, 11), D), (date(2022, 1, 10), D)], date(2025, 1, 10)),
        ([(date(2020, 1, 1), A)], date(2024, 5, 31)),
        ([(date(2024, 6, 1), D), (date(2025, 6, 1), A), (date(2026, 6, 1), D)], date(2029, 6, 1)),
    ],
    ids=[
        "three years",
        "a demand on the last day",
        "a demand the day after",
        "a promise afterwards",
        "each from the one before",
        "told in any order",
        "before it was counted",
        "a promise opens it for a demand",
    ],
)
def test_three_years_are_counted_anew(renewals: list[tuple[date, Renewal]], ends: date) -> None:
    assert last_day(DUE, renewals, CHINA) == ends


@pytest.mark.rule("CN-26")
def test_a_leap_day_ends_with_february() -> None:
    assert last_day(Limitation(date(2026, 1, 1), counted_from=date(2024, 2, 29)), [], CHINA) == date(2027, 2, 28)


@pytest.mark.rule("CN-26")
def test_what_came_before_a_last_day_was_said_is_in_it() -> None:
    said = Limitation(as_of=date(2026, 3, 2), ends_on=date(2026, 9, 1))
    assert last_day(said, [(date(2026, 3, 1), D)], CHINA) == date(2026, 9, 1)
    assert last_day(said, [(date(2026, 3, 5), D)], CHINA) == date(2029, 3, 5)


@pytest.mark.rule("US-20")
def test_where_no_pack_counts_years_only_a_day_that_was_said_counts() -> None:
    assert last_day(DUE, [(date(2026, 1, 1), A)], LimitationTerms()) is None
    said = Limitation(as_of=date(2026, 3, 2), ends_on=date(2026, 9, 1))
    assert last_day(said, [(date(2026, 3, 5), A)], LimitationTerms()) == date(2026, 9, 1)


def test_the_last_day_is_not_over_while_it_lasts_somewhere() -> None:
    last = date(2026, 3, 2)
    assert not is_barred(last, {last}) and not is_barred(last, {last, date(2026, 3, 3)})
    assert is_barred(last, {date(2026, 3, 3)}) and not is_barred(None, {last})
