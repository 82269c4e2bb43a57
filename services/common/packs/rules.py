"""A rule as it is in force in a period, and the packs that hold them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter

from services.common.kernel.channels import Channel
from services.common.kernel.dated import PolicyMissing
from services.common.kernel.services import Service
from services.common.packs.parameters import Parameter
from services.common.packs.vocabulary import Act, Actor, Binding, Product, Strength, Verified

T = TypeVar("T")

#: The first day of a rule that was in force before the first case; nobody looked up its own first day.
FROM_THE_START = date(2000, 1, 1)


@cache
def _adapter(kind: type) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule in one period: from `effective_from` until, and without, `effective_to` (None: until changed).

    `products` and `channels` are what it is limited to, None when to nothing. `where` is the file and line that says
    so; `overlay` tells that the bank's own file does.
    """

    pack: str
    id: str
    sentence: str
    sentence_zh: str
    acts: tuple[Act, ...]
    strength: Strength
    actors: Mapping[Actor, Binding]
    service: Service
    source: str
    verified: Verified
    doubt: str
    reviewed: date
    effective_from: date
    effective_to: date | None
    parameters: Mapping[str, Parameter]
    products: frozenset[Product] | None
    channels: frozenset[Channel] | None
    where: str
    strength_by_product: Mapping[Product, Strength] = field(default_factory=dict)
    overlay: bool = False

    def in_force(self, day: date) -> bool:
        return self.effective_from <= day and (self.effective_to is None or day < self.effective_to)

    def applies(self, actor: Actor | None, product: Product | None, channel: Channel | None) -> bool:
        """Whether the rule is about this actor, product and channel; None asks about any."""
        return (
            (actor is None or actor in self.actors)
            and (product is None or self.products is None or product in self.products)
            and (channel is None or self.channels is None or channel in self.channels)
        )

    def strength_for(self, product: Product | None) -> Strength:
        """How strong the rule is for a product; for none in particular, its own strength."""
        return self.strength if product is None else self.strength_by_product.get(product, self.strength)

    def value(self, name: str) -> Any:
        """One parameter. PolicyMissing when the rule has none of that name."""
        if name not in self.parameters:
            raise PolicyMissing(f"{self.id} has no parameter {name}")
        return self.parameters[name].value

    def terms(self, kind: type[T]) -> T:
        """The parameters that the dataclass `kind` has fields for. PolicyMissing when one is not there."""
        plain: type = kind
        names = [field.name for field in fields(plain)]
        made: T = _adapter(plain).validate_python({name: self.value(name) for name in names})
        return made


@dataclass(frozen=True, slots=True)
class PackOnDay:
    """What is in force in one pack on one day; `version` names exactly these rules and numbers in a decision."""

    name: str
    day: date
    version: str
    rules: Mapping[str, Rule]

    def rule(self, rule_id: str) -> Rule:
        """PolicyMissing when the rule is not in force on the day."""
        if rule_id not in self.rules:
            raise PolicyMissing(f"{rule_id} of pack {self.name} is not in force on {self.day.isoformat()}")
        return self.rules[rule_id]


@dataclass(frozen=True, slots=True)
class Pack:
    """All rules of one jurisdiction in all their periods; `within` is the wider one whose rules hold there too."""

    name: str
    title: str
    title_zh: str
    within: str | None
    rules: tuple[Rule, ...]

    def on(self, day: date) -> PackOnDay:
        """PolicyMissing when nothing of the pack is in force on the day: then nobody may decide by it."""
        found = {rule.id: rule for rule in self.rules if rule.in_force(day)}
        if not found:
            raise PolicyMissing(f"pack {self.name} has no rule in force on {day.isoformat()}")
        return PackOnDay(self.name, day, self._version(found), found)

    def _version(self, found: Mapping[str, Rule]) -> str:
        newest = max(rule.effective_from for rule in found.values())
        said = "\n".join(
            f"{r.id} {r.strength} {sorted(r.strength_by_product.items())} {sorted(r.actors.items())} "
            + " ".join(f"{name}={p} ({p.stricter})" for name, p in sorted(r.parameters.items()))
            for r in sorted(found.values(), key=lambda r: r.id)
        )
        return f"{self.name}-{newest.isoformat()}.{hashlib.sha256(said.encode()).hexdigest()[:8]}"


@dataclass(frozen=True, slots=True)
class Packs:
    """Every pack by name. Loaded once, when a process starts."""

    by_name: Mapping[str, Pack]

    def on(self, name: str, day: date) -> PackOnDay:
        """One pack on one day. PolicyMissing for an unknown pack."""
        if name not in self.by_name:
            raise PolicyMissing(f"there is no rule pack named {name}")
        return self.by_name[name].on(day)

    def of_case(self, names: tuple[str, ...], day: date) -> tuple[PackOnDay, ...]:
        """The packs that bind a case: those named, those around them, and what the house decided for all."""
        wanted: list[str] = []
        for name in names:
            inner: str | None = name
            while inner is not None and inner not in wanted:
                found = self.on(inner, day)
                wanted.append(found.name)
                inner = self.by_name[inner].within
        return tuple(self.on(name, day) for name in dict.fromkeys((*wanted, HOUSE)))

    def rule(self, rule_id: str, day: date) -> Rule:
        """One rule of any pack, by its id. PolicyMissing when it is not in force on the day."""
        known = [rule for pack in self.by_name.values() for rule in pack.rules if rule.id == rule_id]
        for rule in known:
            if rule.in_force(day):
                return rule
        if not known:
            raise PolicyMissing(f"no pack has a rule {rule_id}")
        periods = ", ".join(
            f"from {r.effective_from} " + (f"until {r.effective_to}" if r.effective_to else "on") for r in known
        )
        raise PolicyMissing(f"{rule_id} is not in force on {day.isoformat()}; it is {periods}")

    def every(self) -> tuple[Rule, ...]:
        """All rules in all periods, pack by pack."""
        return tuple(rule for pack in self.by_name.values() for rule in pack.rules)


#: The pack of decisions of the house that go with every jurisdiction.
HOUSE = "house"
