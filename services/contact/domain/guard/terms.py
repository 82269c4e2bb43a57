"""What the rule packs say to the guard: the rules that bind one kind of contact on one day, with their numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from services.contact.domain.window import LocalHours


class DayKind(StrEnum):
    """What hours may depend on. A public holiday is one wherever it falls."""

    WEEKDAY = "weekday"
    WEEKEND = "weekend"
    PUBLIC_HOLIDAY = "public_holiday"


_ZH = {DayKind.WEEKDAY: "工作日", DayKind.WEEKEND: "周末", DayKind.PUBLIC_HOLIDAY: "公众假日"}


@dataclass(frozen=True, slots=True)
class DayHours:
    """Permitted hours by kind of day; None where there are none."""

    weekday: LocalHours | None
    weekend: LocalHours | None
    public_holiday: LocalHours | None

    @property
    def same_every_day(self) -> bool:
        """Whether the kind of day does not matter, so that no calendar is needed."""
        return self.weekday == self.weekend == self.public_holiday

    def on(self, kind: DayKind) -> LocalHours | None:
        match kind:
            case DayKind.WEEKDAY:
                return self.weekday
            case DayKind.WEEKEND:
                return self.weekend
            case DayKind.PUBLIC_HOLIDAY:
                return self.public_holiday

    def __str__(self) -> str:
        if self.same_every_day:
            return str(self.weekday or "none")
        return ", ".join(f"{kind.replace('_', ' ')} {self.on(kind) or 'none'}" for kind in DayKind)

    @property
    def in_chinese(self) -> str:
        """The hours as they are told in Chinese."""
        if self.same_every_day:
            return str(self.weekday or "无")
        return "、".join(f"{_ZH[kind]}{self.on(kind) or '无'}" for kind in DayKind)


@dataclass(frozen=True, slots=True)
class RuleTerms:
    """One rule as it is in force: who refuses by it is told its sentence. One that does not block only warns.

    `values` are its numbers by name; `dimensions` says which of them are compared across packs, by dimension.
    """

    id: str
    sentence: str
    sentence_zh: str
    strength: str
    pack: str = ""
    source: str = ""
    blocks: bool = True
    values: Mapping[str, Any] = field(default_factory=dict)
    dimensions: Mapping[str, str] = field(default_factory=dict)

    def of(self, dimension: str) -> Any:
        """The rule's number in a dimension. KeyError when it has none."""
        return self.values[self.dimensions[dimension]]


@dataclass(frozen=True, slots=True)
class GuardTerms:
    """Every rule that binds, of all packs of a case: each is asked, so the strictest decides in every dimension.

    `contact` is False for a pack by which nobody may be contacted at all.
    """

    pack: str
    version: str
    contact: bool
    rules: tuple[RuleTerms, ...]
    _parameters: Mapping[str, tuple[RuleTerms, ...]] = field(init=False, repr=False, compare=False)
    _dimensions: Mapping[str, tuple[RuleTerms, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_parameters", _index((name, rule) for rule in self.rules for name in rule.values))
        object.__setattr__(self, "_dimensions", _index((name, rule) for rule in self.rules for name in rule.dimensions))

    @property
    def packs(self) -> tuple[str, ...]:
        """The names of the case's packs."""
        return tuple(self.pack.split("+"))

    def having(self, parameter: str) -> tuple[RuleTerms, ...]:
        """The rules with a number of this name."""
        return self._parameters.get(parameter, ())

    def limiting(self, dimension: str) -> tuple[RuleTerms, ...]:
        """The rules with a limit in this dimension."""
        return self._dimensions.get(dimension, ())

    def contact_hours(self) -> tuple[tuple[RuleTerms, DayHours], ...]:
        """The hours of each rule that names some; where none does, those that the house keeps instead (HOUSE-11)."""
        for dimension in ("contact_hours", "default_contact_hours"):
            if rules := self.limiting(dimension):
                return tuple((rule, rule.of(dimension)) for rule in rules)
        return ()

    def named(self, rule_id: str) -> RuleTerms | None:
        return next((rule for rule in self.rules if rule.id == rule_id), None)

    def all_of(self, parameter: str) -> frozenset[str]:
        """Everything that some rule lists under this name."""
        return frozenset(word for rule in self.having(parameter) for word in rule.values[parameter])


def _index(pairs: Iterable[tuple[str, RuleTerms]]) -> dict[str, tuple[RuleTerms, ...]]:
    found: dict[str, tuple[RuleTerms, ...]] = {}
    for name, rule in pairs:
        found[name] = (*found.get(name, ()), rule)
    return found
