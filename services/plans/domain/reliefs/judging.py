"""Verdicts about a relief, with the figures that stand in their sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.common.kernel.rule import rule_of
from services.plans.domain.reliefs.terms import Terms


@dataclass(frozen=True, slots=True)
class Judged:
    """The answer of one rule; `facts` fill the places of its sentence, and name no cause and no person."""

    rule: str
    passed: bool
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Computed:
    """What a family makes of a relief: its terms, if they can be computed, and the answers of its own rules."""

    terms: Terms | None
    judged: tuple[Judged, ...] = ()


def judge(rule: Callable[..., bool], *given: Any, **facts: Any) -> Judged:
    """Ask a registered rule, and keep the figures for its sentence."""
    return Judged(rule_of(rule).id, rule(*given), {name: str(value) for name, value in facts.items()})
