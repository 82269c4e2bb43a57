"""Official lists of holidays: what is shipped, and what is refused at file and line."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import holidays
import pytest

from services.common.packs.calendars import FOLDER, into_list, load_calendars
from services.common.packs.reading import PackInvalid, read

LIST = """\
pack: cn
source: the State Council
years:
  2030:
    holidays:
      2030-02-04: Spring Festival
    make_up_workdays: [2030-02-09]
"""


def test_a_list_names_holidays_and_weekend_days_that_are_worked() -> None:
    found = into_list(read(f"{FOLDER}/cn.yaml", LIST))
    assert found.pack == "cn" and found.years == {2030}
    assert found.holidays == {date(2030, 2, 4)} and found.make_up_workdays == {date(2030, 2, 9)}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("2030-02-04:", "2031-02-04:", "a day of the list of 2030 is in another year"),
        ("[2030-02-09]", "[2030-02-08]", "is no day of a weekend"),
        ("[2030-02-09]", "[2030-02-04]", "is no day of a weekend, or is a holiday too"),
        ("pack: cn", "pack: us", "the file of pack us is called us.yaml"),
        ("make_up_workdays", "workdays", "workdays"),
        ("2030-02-04:", "2030-02-30:", "holidays"),
    ],
)
def test_what_is_wrong_is_said_at_its_line(old: str, new: str, said: str) -> None:
    with pytest.raises(PackInvalid) as refused:
        into_list(read(f"{FOLDER}/cn.yaml", LIST.replace(old, new)))
    assert f"{FOLDER}/cn.yaml:" in str(refused.value) and said in str(refused.value)


@pytest.mark.rule("HOUSE-04")
def test_every_year_of_australia_has_the_seven_holidays() -> None:
    found = load_calendars()["au"]
    assert found.years == {2025, 2026, 2027}
    for year in found.years:
        fixed = {date(year, 1, 1), date(year, 1, 26), date(year, 4, 25), date(year, 12, 25), date(year, 12, 26)}
        assert fixed <= found.holidays
        easter = [day for day in found.holidays if day.year == year and day + timedelta(days=3) in found.holidays]
        assert any(day.isoweekday() == 5 and day.month in (3, 4) for day in easter), "Good Friday and Easter Monday"


def test_chinese_holidays_come_with_the_weekend_days_that_are_worked_instead() -> None:
    found = load_calendars()["cn"]
    assert found.years == {2025, 2026}, "the list of a year is there once the State Council has said it"
    assert {date(2026, 2, 14), date(2026, 2, 28), date(2026, 10, 10)} <= found.make_up_workdays
    assert {date(2026, 2, 17), date(2026, 10, 1), date(2026, 10, 7)} <= found.holidays


def test_a_federal_holiday_on_a_saturday_is_that_saturday_and_no_friday() -> None:
    found = load_calendars()["us"]
    assert date(2026, 7, 4) in found.holidays and date(2026, 7, 3) not in found.holidays


#: The parts of the year's list that another program computes by itself, by pack: country, and kinds of holidays.
ELSEWHERE = {
    "hk": ("HK", ("public", "optional")),
    "sg": ("SG", ("public",)),
    "in": ("IN", ("public",)),
    "us": ("US", ("public",)),
    "cn": ("CN", ("public",)),
}


def elsewhere(pack: str, year: int) -> set[date]:
    """The days that python-holidays knows of a year."""
    country, kinds = ELSEWHERE[pack]
    return set(holidays.country_holidays(country, years=[year], categories=kinds))


def off(days: Iterable[date], year: int) -> set[date]:
    """The days of a year that would be worked if they were no holidays."""
    return {day for day in days if day.year == year and day.isoweekday() < 6}


@pytest.mark.parametrize(
    ("pack", "year"),
    [(p, y) for p in ("hk", "sg", "us", "cn") for y in (2025, 2026, 2027) if (p, y) != ("cn", 2027)],
)
def test_a_list_has_the_days_that_another_program_has(pack: str, year: int) -> None:
    found = off(load_calendars()[pack].holidays, year)
    others = off(elsewhere(pack, year), year)
    # A federal holiday on a Saturday is that Saturday; others give offices the Friday or Monday.
    observed = others - found
    assert found <= others
    assert all(pack == "us" and day.isoweekday() in (1, 5) for day in observed), observed


def test_the_list_of_india_has_the_days_of_every_state_and_no_local_one() -> None:
    found = load_calendars()["in"]
    assert found.years == {2026}, "the list of a year is there once it was published"
    assert len(found.holidays) == 14
    assert found.holidays <= elsewhere("in", 2026)


def test_a_sunday_in_hong_kong_or_singapore_moves_its_holiday_to_a_day_that_is_worked() -> None:
    hong_kong, singapore = load_calendars()["hk"].calendar(), load_calendars()["sg"].calendar()
    # Ching Ming of 2026 is Easter Sunday: Monday stands for it, and Tuesday for Easter Monday.
    assert not any(hong_kong.is_business_day(date(2026, 4, day)) for day in (3, 4, 5, 6, 7))
    assert hong_kong.is_business_day(date(2026, 4, 8))
    assert not singapore.is_business_day(date(2026, 8, 10)) and singapore.is_business_day(date(2026, 8, 11))
