"""Several packs on one case: the stricter wins, in each dimension by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.common.kernel.channels import Channel
from services.common.packs.hours import ContactHours
from services.common.packs.parameters import Parameter, stricter_value
from services.common.packs.rules import PackOnDay, Rule
from services.common.packs.vocabulary import Actor, Product, Strength


@dataclass(frozen=True, slots=True)
class Limit:
    """The value that satisfies every pack in a dimension, the rules that bring it about, the strongest of them."""

    value: Any
    rules: tuple[str, ...]
    strength: Strength


@dataclass(frozen=True, slots=True)
class Strictest:
    """What binds when all the packs are taken together.

    `impossible` are dimensions in which the packs leave nothing although each alone leaves something: then there is
    no contact, and somebody must be told.
    """

    versions: tuple[str, ...]
    rules: tuple[Rule, ...]
    limits: Mapping[str, Limit]
    impossible: tuple[str, ...]


def stricter(
    packs: Sequence[PackOnDay],
    *,
    actor: Actor | None = None,
    product: Product | None = None,
    channel: Channel | None = None,
) -> Strictest:
    """The rules of all packs that are about this actor, product and channel, and their limits by dimension."""
    rules = tuple(r for pack in packs for r in pack.rules.values() if r.applies(actor, product, channel))
    found: dict[str, list[tuple[Rule, Parameter]]] = {}
    for rule in rules:
        for parameter in rule.parameters.values():
            if parameter.dimension is not None:
                found.setdefault(parameter.dimension, []).append((rule, parameter))
    limits = {dimension: _limit(said, product) for dimension, said in sorted(found.items())}
    impossible = tuple(d for d, limit in limits.items() if _left_nothing(limit.value, [p for _, p in found[d]]))
    return Strictest(tuple(pack.version for pack in packs), rules, limits, impossible)


def _limit(said: list[tuple[Rule, Parameter]], product: Product | None) -> Limit:
    value: Any = said[0][1].value
    for _, parameter in said[1:]:
        value = stricter_value(parameter.stricter, value, parameter.value)
    decisive = [rule for rule, parameter in said if parameter.value == value] or [rule for rule, _ in said]
    strongest = min((rule.strength_for(product) for rule in decisive), key=list(Strength).index)
    return Limit(value, tuple(rule.id for rule in decisive), strongest)


def _left_nothing(value: Any, parameters: list[Parameter]) -> bool:
    if isinstance(value, frozenset):
        return not value and all(parameter.value for parameter in parameters)
    if not isinstance(value, ContactHours):
        return False
    each = [p.value for p in parameters if isinstance(p.value, ContactHours)]
    return any(
        getattr(value, kind) is None and all(getattr(hours, kind) is not None for hours in each)
        for kind in ("weekday", "weekend", "public_holiday")
    )
