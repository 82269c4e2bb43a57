"""Business rules as named pure predicates, each with a sentence a clerk understands.

The registry is what `docs/generated/business-rules.md` is printed from. A rule's numbers are not here; they are in
dated policy files and reach the predicate as arguments.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class BusinessRule:
    """A registered rule: stable id ("CN-01"), group ("contact hours"), summary, and where the predicate is."""

    id: str
    group: str
    summary: str
    where: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class RuleVerdict:
    """One rule asked about one set of facts: did it pass, and the reason in words that name no personal data."""

    rule: str
    passed: bool
    reason: str


_RULES: dict[str, BusinessRule] = {}
_BY_FUNCTION: dict[str, BusinessRule] = {}


def business_rule(*, id: str, group: str, summary: str, source: str = "") -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Register a pure predicate as the rule `id`. ValueError if another function already has that id."""

    def register(function: Callable[P, R]) -> Callable[P, R]:
        rule = BusinessRule(id, group, summary, _where(function), source)
        present = _RULES.setdefault(id, rule)
        if present.where != rule.where:
            raise ValueError(f"rule {id} is defined at {present.where} and at {rule.where}")
        _BY_FUNCTION[rule.where] = rule
        return function

    return register


def business_rules() -> tuple[BusinessRule, ...]:
    """All rules of the modules imported so far, by group and id."""
    return tuple(sorted(_RULES.values(), key=lambda r: (r.group, r.id)))


def rule_of(function: Callable[..., Any]) -> BusinessRule:
    """The rule a predicate was registered as. KeyError if it is none."""
    return _BY_FUNCTION[_where(function)]


def _where(function: Callable[..., Any]) -> str:
    return f"{function.__module__}.{function.__qualname__}"


def verdict(function: Callable[..., Any], passed: bool, reason: str = "") -> RuleVerdict:
    """The answer of a registered predicate, with its summary as the reason unless a closer one is given."""
    rule = rule_of(function)
    return RuleVerdict(rule.id, passed, reason or rule.summary)
