"""Expressions of a mapping: a closed list, each read from YAML once and then applied to every row.

A scalar is itself. A mapping with one key is an operation: `column`, `concat`, `strip`, `upper`, `lookup`, `date`,
`months_ago`, `times`, `sum`, `decimal`, `at_least`, `if_positive`, `default`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from services.common.kernel.months import add_months
from services.intake.imports.errors import ImportRefused, RowRefused

Row = Mapping[str, str]
Value = str | Decimal | date | None
Lookups = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Expression:
    """What to read from a row: `read` raises RowRefused; `columns` are the columns that it needs."""

    columns: frozenset[str]
    read: Callable[[Row], Value]


def compiled(node: Any, lookups: Lookups, place: str) -> Expression:
    """The expression written at `place` of a mapping. ImportRefused when it is none of the closed list."""
    if node is None or isinstance(node, str | int | date):
        fixed = Decimal(node) if isinstance(node, int) else node
        return Expression(frozenset(), lambda row: fixed)
    if not isinstance(node, dict) or len(node) != 1:
        raise ImportRefused(f"{place}: an expression is a value or one operation")
    ((name, argument),) = node.items()
    make = _OPERATIONS.get(name)
    if make is None:
        raise ImportRefused(f"{place}: there is no operation {name!r}")
    return make(argument, lookups, f"{place}.{name}")


def _column(argument: Any, lookups: Lookups, place: str) -> Expression:
    if not isinstance(argument, str):
        raise ImportRefused(f"{place}: the name of a column is a text")
    return Expression(frozenset({argument}), lambda row: row[argument] if row[argument] != "" else None)


def _concat(argument: Any, lookups: Lookups, place: str) -> Expression:
    parts = _list(argument, lookups, place)

    def read(row: Row) -> Value:
        found = [part.read(row) for part in parts]
        if any(value is None for value in found):
            raise RowRefused(f"{_named(parts)}: is empty")
        return "".join(_text(value) for value in found)

    return Expression(_columns(parts), read)


def _strip(argument: Any, lookups: Lookups, place: str) -> Expression:
    of = compiled(argument, lookups, place)
    return Expression(of.columns, lambda row: None if (v := of.read(row)) is None else _text(v).strip() or None)


def _upper(argument: Any, lookups: Lookups, place: str) -> Expression:
    of = compiled(argument, lookups, place)
    return Expression(of.columns, lambda row: None if (v := of.read(row)) is None else _text(v).upper())


def _lookup(argument: Any, lookups: Lookups, place: str) -> Expression:
    given = _named_arguments(argument, {"of", "table"}, place)
    of = compiled(given["of"], lookups, place)
    table = lookups.get(given["table"])
    if table is None:
        raise ImportRefused(f"{place}: there is no lookup table {given['table']!r}")

    def read(row: Row) -> Value:
        value = of.read(row)
        if value is None or _text(value) not in table:
            raise RowRefused(f"{_named([of])}: is not in the lookup table {given['table']}")
        return table[_text(value)]

    return Expression(of.columns, read)


def _date(argument: Any, lookups: Lookups, place: str) -> Expression:
    given = _named_arguments(argument, {"of", "format"}, place)
    of = compiled(given["of"], lookups, place)

    def read(row: Row) -> Value:
        value = of.read(row)
        if value is None or isinstance(value, date):
            return value
        try:
            return datetime.strptime(_text(value), given["format"]).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            raise RowRefused(f"{_named([of])}: is not a date like {given['format']}") from None

    return Expression(of.columns, read)


def _months_ago(argument: Any, lookups: Lookups, place: str) -> Expression:
    given = _named_arguments(argument, {"months", "day"}, place, optional={"days_each"})
    months, day = compiled(given["months"], lookups, place), compiled(given["day"], lookups, place)
    days_each = given.get("days_each")
    if days_each is not None and not isinstance(days_each, int):
        raise ImportRefused(f"{place}: days_each is a whole number")

    def read(row: Row) -> Value:
        count, end = _number(months, row), day.read(row)
        if not isinstance(end, date) or count != count.to_integral_value() or not 0 <= count <= 1200:
            raise RowRefused(f"{_named([months, day])}: does not give a number of months and a day")
        if days_each is not None:
            return end - timedelta(days=int(count) * days_each)
        return add_months(end, -int(count))

    return Expression(_columns([months, day]), read)


def _times(argument: Any, lookups: Lookups, place: str) -> Expression:
    given = _named_arguments(argument, {"of", "by"}, place)
    of, by = compiled(given["of"], lookups, place), compiled(given["by"], lookups, place)
    return Expression(_columns([of, by]), lambda row: _number(of, row) * _number(by, row))


def _sum(argument: Any, lookups: Lookups, place: str) -> Expression:
    parts = _list(argument, lookups, place)
    return Expression(_columns(parts), lambda row: sum((_number(part, row) for part in parts), Decimal(0)))


def _decimal(argument: Any, lookups: Lookups, place: str) -> Expression:
    of = compiled(argument, lookups, place)
    return Expression(of.columns, lambda row: _number(of, row))


def _at_least(argument: Any, lookups: Lookups, place: str) -> Expression:
    given = _named_arguments(argument, {"of", "floor"}, place)
    of, floor = compiled(given["of"], lookups, place), compiled(given["floor"], lookups, place)
    return Expression(_columns([of, floor]), lambda row: max(_number(of, row), _number(floor, row)))


def _if_positive(argument: Any, lookups: Lookups, place: str) -> Expression:
    given = _named_arguments(argument, {"of", "then", "else"}, place)
    of, then, other = (compiled(given[part], lookups, place) for part in ("of", "then", "else"))
    return Expression(
        _columns([of, then, other]), lambda row: then.read(row) if _number(of, row) > 0 else other.read(row)
    )


def _default(argument: Any, lookups: Lookups, place: str) -> Expression:
    given = _named_arguments(argument, {"of", "to"}, place)
    of, to = compiled(given["of"], lookups, place), compiled(given["to"], lookups, place)
    return Expression(_columns([of, to]), lambda row: to.read(row) if (v := of.read(row)) is None else v)


_OPERATIONS: dict[str, Callable[[Any, Lookups, str], Expression]] = {
    "column": _column, "concat": _concat, "strip": _strip, "upper": _upper, "lookup": _lookup, "date": _date,
    "months_ago": _months_ago, "times": _times, "sum": _sum, "decimal": _decimal, "at_least": _at_least,
    "if_positive": _if_positive, "default": _default,
}  # fmt: skip


def _list(argument: Any, lookups: Lookups, place: str) -> list[Expression]:
    if not isinstance(argument, list) or not argument:
        raise ImportRefused(f"{place}: a list is expected")
    return [compiled(part, lookups, place) for part in argument]


def _named_arguments(
    argument: Any, needed: set[str], place: str, optional: frozenset[str] | set[str] = frozenset()
) -> dict[str, Any]:
    if not isinstance(argument, dict) or not needed <= argument.keys() <= needed | optional:
        raise ImportRefused(f"{place}: needs {', '.join(sorted(needed))}")
    return argument


def _number(expression: Expression, row: Row) -> Decimal:
    value = expression.read(row)
    try:
        number = value if isinstance(value, Decimal) else Decimal(_text(value).strip())
    except InvalidOperation:
        raise RowRefused(f"{_named([expression])}: is not a number") from None
    if not number.is_finite() or abs(number) >= Decimal(10) ** 15:
        raise RowRefused(f"{_named([expression])}: is out of range")
    return number


def _text(value: Value) -> str:
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)


def _columns(parts: list[Expression]) -> frozenset[str]:
    return frozenset().union(*(part.columns for part in parts))


def _named(parts: list[Expression]) -> str:
    return ", ".join(sorted(_columns(parts))) or "a constant"
