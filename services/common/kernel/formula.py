"""Calculations that a domain offers by name, so that anybody can recompute what a service decided.

A formula is a pure function of one dataclass of inputs, and of the numbers of rules as further dataclasses. Which rule
and which numbers is said beside it; whoever calls it reads them from the packs of the day.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from inspect import getdoc, signature
from typing import Any, ParamSpec, TypeVar, get_type_hints

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Formula:
    """A registered calculation.

    `inputs` is the dataclass of what it is given; `terms` are the further arguments: the id of the rule and the
    dataclass with the names of its parameters. `day` says whose day's rules are meant, None when the inputs have none.
    """

    name: str
    summary: str
    where: str
    inputs: type
    terms: Mapping[str, tuple[str, type]]
    day: Callable[[Any], date | None] | None
    compute: Callable[..., Any]


_FORMULAS: dict[str, Formula] = {}


def formula(
    name: str, *, day: Callable[[Any], date | None] | None = None, **rules: str
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Offer a function as the formula `name`; `rules` maps its further arguments to the ids of their rules.

    Numbers that are no rule's but a service's own are named by its policy file: `intake/arrears`. Of a
    `BusinessCalendar` the pack is named whose official holidays it has: `holidays/uk`.

    ValueError when another function has that name already, or an argument has no rule.
    """

    def register(function: Callable[P, R]) -> Callable[P, R]:
        where = f"{function.__module__}.{function.__qualname__}"
        given, *further = signature(function).parameters
        if sorted(further) != sorted(rules):
            raise ValueError(f"formula {name}: {further} and {sorted(rules)} are not the same arguments")
        types = get_type_hints(function)
        terms = {argument: (rules[argument], types[argument]) for argument in further}
        summary = (getdoc(function) or "").partition("\n")[0]
        offered = Formula(name, summary, where, types[given], terms, day, function)
        if _FORMULAS.setdefault(name, offered).where != where:
            raise ValueError(f"formula {name} is defined at {_FORMULAS[name].where} and at {where}")
        return function

    return register


def formulas() -> Mapping[str, Formula]:
    """The formulas of the modules imported so far, by name."""
    return dict(sorted(_FORMULAS.items()))


def printable(value: Any) -> Any:
    """A result as JSON: dates as 2026-04-08, instants as 2026-04-08T15:00Z, decimals as strings."""
    match value:
        case datetime():
            return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")
        case date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case Enum():
            return value.value
        case Mapping():
            return {str(key): printable(inner) for key, inner in value.items()}
        case tuple() | list():
            return [printable(inner) for inner in value]
        case _ if is_dataclass(value):
            return {field.name: printable(getattr(value, field.name)) for field in fields(value)}
    return value
