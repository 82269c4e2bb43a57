"""Official lists of holidays, one file for each pack that needs one. A year that is not in it is not guessed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Annotated, Self

from pydantic import Field, model_validator

from services.common.kernel import own_files
from services.common.kernel.business_days import BusinessCalendar
from services.common.packs.entries import FileModel
from services.common.packs.reading import PackInvalid, Source, read

FOLDER = "services/common/packs/holidays"


class Year(FileModel):
    """Holidays by day with their names, and days of a weekend that are worked instead (调休)."""

    holidays: Annotated[dict[date, str], Field(min_length=1)]
    make_up_workdays: tuple[date, ...] = ()


class HolidayFile(FileModel):
    """The lists of one pack by year."""

    pack: str
    source: Annotated[str, Field(min_length=3)]
    years: dict[int, Year]

    @model_validator(mode="after")
    def _days_are_of_their_year(self) -> Self:
        for number, year in self.years.items():
            if any(day.year != number for day in (*year.holidays, *year.make_up_workdays)):
                raise ValueError(f"a day of the list of {number} is in another year")
            if any(day.isoweekday() < 6 or day in year.holidays for day in year.make_up_workdays):
                raise ValueError(f"a make-up workday of {number} is no day of a weekend, or is a holiday too")
        return self


@dataclass(frozen=True, slots=True)
class HolidayList:
    """What is known of one pack: holidays and make-up workdays of `years`, nothing of others."""

    pack: str
    years: frozenset[int]
    holidays: frozenset[date]
    make_up_workdays: frozenset[date]

    def calendar(self) -> BusinessCalendar:
        """The business days of these years; of others it says that it does not know."""
        return BusinessCalendar(self.pack, self.holidays, self.years, self.make_up_workdays)


@cache
def load_calendars() -> Mapping[str, HolidayList]:
    """All lists by pack. PackInvalid with every error, at file and line."""
    packaged = files("services.common.packs") / "holidays"
    names = {one.name for one in packaged.iterdir()} | own_files.names(own_files.HOLIDAYS)
    found = (
        into_list(read(*own_files.read(f"{own_files.HOLIDAYS}/{name}", packaged / name, f"{FOLDER}/{name}")))
        for name in sorted(names)
    )
    return {one.pack: one for one in found}


def into_list(source: Source) -> HolidayList:
    """One file as a list. PackInvalid when it is wrong."""
    file = source.into(HolidayFile)
    if not source.name.endswith(f"/{file.pack}.yaml"):
        raise PackInvalid([source.at(("pack",), f"the file of pack {file.pack} is called {file.pack}.yaml")])
    return HolidayList(
        file.pack,
        frozenset(file.years),
        frozenset(day for year in file.years.values() for day in year.holidays),
        frozenset(day for year in file.years.values() for day in year.make_up_workdays),
    )
