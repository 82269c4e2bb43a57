"""Income over time, as a statement of account shows it: does it cover long enough, and which months have none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Final

from services.common.kernel.dated import PolicyValue
from services.common.kernel.months import add_months

_STRIPPED: Final = str.maketrans("", "", ",¥￥$€£ ")


@dataclass(frozen=True, slots=True)
class StatementTerms(PolicyValue):
    """What a statement of account must cover, and how the columns are called that its rows are read by.

    `months` whole months at least, ended at most `ended_within_days` days before it is handed in.
    """

    types: tuple[str, ...]
    months: int
    ended_within_days: int
    day_columns: tuple[str, ...]
    amount_columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Flow:
    """Credits by month (`2026-01`) in the currency of the statement, and the first and last day that it mentions."""

    first: date
    last: date
    credits: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class IncomeFinding:
    """`months` are those that lie wholly in the period; `without_income` the ones among them without a credit."""

    covers_enough: bool
    months: tuple[str, ...]
    without_income: tuple[str, ...]


def read_flow(rows: Iterable[Sequence[str]], terms: StatementTerms) -> Flow | None:
    """The flow of a statement whose first row names its columns; None when the rows are not such a statement.

    Positive amounts are credits. A row without a day or an amount that can be read makes it no statement.
    """
    given = iter(rows)
    header = [cell.strip().lower().lstrip("\ufeff") for cell in next(given, ())]
    day_at, amount_at = _column(header, terms.day_columns), _column(header, terms.amount_columns)
    if day_at is None or amount_at is None:
        return None
    days: list[date] = []
    credits: dict[str, Decimal] = {}
    for row in given:
        if not any(cell.strip() for cell in row):
            continue
        if len(row) <= max(day_at, amount_at):
            return None
        day, amount = _day(row[day_at]), _amount(row[amount_at])
        if day is None or amount is None:
            return None
        days.append(day)
        if amount > 0:
            credits[_month(day)] = credits.get(_month(day), Decimal(0)) + amount
    return Flow(min(days), max(days), credits) if days else None


def income_gaps(flow: Mapping[str, Decimal], period_start: date, period_end: date, months: int) -> IncomeFinding:
    """Judge a statement from `period_start` to `period_end`, both included (field practice 002-14)."""
    whole = tuple(_whole_months(period_start, period_end))
    return IncomeFinding(
        covers_enough=covers(period_start, period_end, months),
        months=whole,
        without_income=tuple(month for month in whole if flow.get(month, Decimal(0)) <= 0),
    )


def covers(period_start: date, period_end: date, months: int) -> bool:
    """Whether a period, both days included, is at least `months` months long."""
    return add_months(period_start, months) <= period_end + timedelta(days=1)


def _whole_months(start: date, end: date) -> Iterable[str]:
    first = start if start.day == 1 else add_months(start.replace(day=1), 1)
    while add_months(first, 1) <= end + timedelta(days=1):
        yield _month(first)
        first = add_months(first, 1)


def _month(day: date) -> str:
    return f"{day:%Y-%m}"


def _column(header: Sequence[str], names: Sequence[str]) -> int | None:
    return next((header.index(name) for name in names if name in header), None)


def _day(text: str) -> date | None:
    plain = text.strip()[:10].replace("/", "-").replace(".", "-")
    try:
        return date.fromisoformat(plain)
    except ValueError:
        return None


def _amount(text: str) -> Decimal | None:
    try:
        amount = Decimal(text.strip().translate(_STRIPPED))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None
