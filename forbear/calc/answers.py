"""One line of JSON in, one out: `{"id", "formula", "inputs"}` becomes `{"id", "outputs"}` or `{"id", "error"}`."""

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from services.common.kernel.business_days import BusinessCalendar
from services.common.kernel.errors import ForbearError
from services.common.kernel.formula import Formula, printable
from services.common.kernel.policy_file import load_dated
from services.common.packs.calendars import load_calendars
from services.common.packs.rules import Packs

SHAPE = 'write one JSON object a line: {"id": "1", "formula": "contact_rates", "inputs": {...}}'


class CannotAnswer(Exception):
    """The line has no outputs; the text says what to write instead."""


class Calculator:
    """Answers lines with the formulas of the services and the numbers of the packs.

    `as_of` is the day whose rules are taken where the inputs of a formula name no day.
    """

    def __init__(self, formulas: Mapping[str, Formula], packs: Packs, as_of: date) -> None:
        self._formulas = formulas
        self._packs = packs
        self._as_of = as_of

    def answer(self, line: bytes) -> dict[str, Any]:
        """The answer to one line; it has `error` when there are no outputs. Never raises for what the line says."""
        asked_as: Any = None
        try:
            asked = _object(line)
            asked_as = asked.get("id")
            return {"id": asked_as, "outputs": self._outputs(asked)}
        except CannotAnswer as problem:
            return {"id": asked_as, "error": str(problem)}

    def _outputs(self, asked: Mapping[str, Any]) -> Any:
        missing = [key for key in ("id", "formula", "inputs") if key not in asked]
        if missing:
            raise CannotAnswer(f"{' and '.join(missing)} missing; {SHAPE}")
        formula = self._formulas.get(asked["formula"]) if isinstance(asked["formula"], str) else None
        if formula is None:
            raise CannotAnswer(f"there is no such formula; use one of {', '.join(self._formulas)}")
        given = _inputs(formula, asked["inputs"])
        try:
            day = self._day(formula, given)
            terms = {argument: self._terms(rule, kind, day) for argument, (rule, kind) in formula.terms.items()}
            return printable(formula.compute(given, **terms))
        except ForbearError as refused:
            raise CannotAnswer(refused.detail) from None
        except (ArithmeticError, ValueError):
            # Domains guard their values with ValueError; dates end with the year 9999, and powers grow out of bounds.
            raise CannotAnswer(f"the inputs lead beyond what can be computed; {_takes(formula)}") from None

    def _terms(self, rule: str, kind: type, day: date) -> Any:
        """The numbers of a rule of the packs, or of a service's policy file (`intake/arrears`), on a day.

        Business days are those of a pack (`holidays/uk`).
        """
        service, of_policy, name = rule.partition("/")
        if kind is BusinessCalendar:
            return load_calendars()[name].calendar()
        if of_policy:
            return load_dated(f"services.{service}", name, kind).on(day).value
        return self._packs.rule(rule, day).terms(kind)

    def _day(self, formula: Formula, given: Any) -> date:
        named = None if formula.day is None else formula.day(given)
        return self._as_of if named is None else named


def _object(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        raise CannotAnswer(f"this line is not JSON; {SHAPE}") from None
    if not isinstance(found, dict):
        raise CannotAnswer(f"this line is not a JSON object; {SHAPE}")
    return found


def _inputs(formula: Formula, raw: Any) -> Any:
    try:
        return _adapter(formula.inputs).validate_json(json.dumps(raw), strict=True)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        places = "; ".join(f"{'.'.join(['inputs', *map(str, e['loc'])])}: {e['msg']}" for e in found)
        raise CannotAnswer(f"{places}; {_takes(formula)}") from None


@cache
def _adapter(kind: type) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _takes(formula: Formula) -> str:
    return f"{formula.name} takes {', '.join(field.name for field in fields(formula.inputs))}"
