"""Instants and days as people say them in requests: such that one can count from them, and keep them."""

from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime

_FIRST, _LAST = date(1900, 1, 1), date(2199, 12, 31)
_FROM = datetime(_FIRST.year, _FIRST.month, _FIRST.day, tzinfo=UTC)
_UNTIL = datetime(_LAST.year, _LAST.month, _LAST.day, tzinfo=UTC)


def _day(said: date) -> date:
    if not _FIRST <= said <= _LAST:
        raise ValueError(f"must be a day from {_FIRST} to {_LAST}")
    return said


def _instant(said: datetime) -> datetime:
    if not _FROM <= said <= _UNTIL:
        raise ValueError(f"must be a moment from {_FIRST} to {_LAST}")
    return said


# Near the ends of the calendar an offset or some days more lead out of it, which is no fault of ours.
SaidInstant = Annotated[AwareDatetime, AfterValidator(_instant)]
SaidDay = Annotated[date, AfterValidator(_day)]
