"""Numbers of rules with the direction in which they are stricter; units are in their names (`window_days`)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator, model_validator

from services.common.packs.hours import ContactHours

#: What a parameter may be: a number, a date, hours, a set of words, yes or no, or one word.
Value = bool | int | Decimal | date | ContactHours | frozenset[str] | str


class Stricter(StrEnum):
    """Which way a parameter is stricter for whoever collects, so kinder to the borrower."""

    LOWER = "lower"
    HIGHER = "higher"
    EARLIER = "earlier"
    LATER = "later"
    SUBSET = "subset"
    SUPERSET = "superset"
    NARROWER = "narrower"
    TRUE = "when_true"
    FALSE = "when_false"
    FIXED = "fixed"  # a definition or a computation: nobody changes it
    FREE = "free"  # the house's own choice: an overlay may say otherwise


_KINDS: dict[Stricter, tuple[type, ...]] = {
    Stricter.LOWER: (int, Decimal),
    Stricter.HIGHER: (int, Decimal),
    Stricter.EARLIER: (date,),
    Stricter.LATER: (date,),
    Stricter.SUBSET: (frozenset,),
    Stricter.SUPERSET: (frozenset,),
    Stricter.NARROWER: (ContactHours,),
    Stricter.TRUE: (bool,),
    Stricter.FALSE: (bool,),
}


class Parameter(BaseModel):
    """One number of a rule. Packs are compared in parameters of the same `dimension`; without one in none."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    stricter: Stricter
    value: Value
    dimension: str | None = None

    @field_validator("value", mode="before")
    @classmethod
    def _read(cls, raw: Any, info: ValidationInfo) -> Any:
        if info.data.get("stricter") is Stricter.NARROWER and isinstance(raw, dict):
            return ContactHours.read(raw)
        if isinstance(raw, list):
            if not all(isinstance(word, str) for word in raw) or len(set(raw)) != len(raw):
                raise ValueError("a list holds different words")
            return frozenset(raw)
        if isinstance(raw, dict) or raw is None:
            raise ValueError("a value is a number, a date, a word, a list of words, true, false or hours")
        return raw

    @model_validator(mode="after")
    def _fits_its_direction(self) -> Self:
        kinds = _KINDS.get(self.stricter)
        if kinds is not None and not _is_of(self.value, kinds):
            raise ValueError(f"a value that is stricter {self.stricter} cannot be {_said(self.value)}")
        return self

    def with_value(self, raw: Any) -> Parameter:
        """The same parameter with another value, as read from a file. ValueError when it is of another kind."""
        changed = Parameter.model_validate({"stricter": self.stricter, "value": raw, "dimension": self.dimension})
        numbers = (int, Decimal)
        same = type(changed.value) is type(self.value) or (
            _is_of(changed.value, numbers) and _is_of(self.value, numbers)
        )
        if not same:
            raise ValueError(f"{_said(changed.value)} is not of the kind of {_said(self.value)}")
        return changed

    def looser_than(self, other: Parameter) -> bool:
        """Whether this lets through something that `other` does not."""
        return bool(stricter_value(self.stricter, self.value, other.value) != self.value)

    def __str__(self) -> str:
        return _said(self.value)


def stricter_value(direction: Stricter, one: Any, other: Any) -> Any:
    """The stricter of two values, or what satisfies both: intersections of hours and sets. `one` where none is."""
    match direction:
        case Stricter.LOWER | Stricter.EARLIER:
            return min(one, other)
        case Stricter.HIGHER | Stricter.LATER:
            return max(one, other)
        case Stricter.SUBSET:
            return one & other
        case Stricter.SUPERSET:
            return one | other
        case Stricter.NARROWER:
            return one.both(other)
        case Stricter.TRUE:
            return one or other
        case Stricter.FALSE:
            return one and other
        case Stricter.FIXED:
            return other
        case Stricter.FREE:
            return one


def _is_of(value: object, kinds: tuple[type, ...]) -> bool:
    return isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool))


def _said(value: object) -> str:
    if isinstance(value, frozenset):
        return ", ".join(sorted(value)) or "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
