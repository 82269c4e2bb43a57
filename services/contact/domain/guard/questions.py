"""A rule asked about one contact: from when on it lets the contact through, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.contact.domain.guard.terms import RuleTerms

Opens = Callable[[datetime], datetime | None]
"""The first moment, not before the one given, at which a rule lets the contact through if nothing else happens
meanwhile; None when time alone brings none."""


@dataclass(frozen=True, slots=True)
class Question:
    """A rule with what it looked at. `said` is its reason in English and in Chinese; `closes` is when a permission that
    hours gave at a moment ends."""

    rule: RuleTerms
    opens: Opens
    said: tuple[str, str] = ("", "")
    facts: Mapping[str, Any] = field(default_factory=dict)
    closes: Opens | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule answered. One that did not pass and does not block is a warning."""

    rule: str
    passed: bool
    strength: str
    blocks: bool
    sentence: str
    sentence_zh: str
    reason: str
    reason_zh: str
    facts: Mapping[str, Any]

    @property
    def refuses(self) -> bool:
        return self.blocks and not self.passed

    @property
    def warns(self) -> bool:
        return not self.blocks and not self.passed


def when(passes: bool) -> Opens:
    """A rule that time does not change."""
    return _at_once if passes else _never


def _at_once(moment: datetime) -> datetime | None:
    return moment


def _never(moment: datetime) -> datetime | None:
    return None


def not_before(start: datetime | None) -> Opens:
    """A rule that lets the contact through from `start` on, None: never."""
    if start is None:
        return _never
    return lambda moment: max(moment, start)


def answered(questions: list[Question], now: datetime) -> tuple[Verdict, ...]:
    """One verdict for each rule, in the order of asking; a rule that was asked in several parts passes with all."""
    parts: dict[str, list[Question]] = {}
    for question in questions:
        parts.setdefault(question.rule.id, []).append(question)
    return tuple(_verdict(asked, now) for asked in parts.values())


def _verdict(asked: list[Question], now: datetime) -> Verdict:
    rule = asked[0].rule
    failed = [part for part in asked if part.opens(now) != now]
    facts: dict[str, Any] = {}
    for part in asked:
        facts |= part.facts
    reason = " ".join(part.said[0] for part in failed or asked if part.said[0])
    reason_zh = "".join(part.said[1] for part in failed or asked if part.said[1])
    return Verdict(
        rule.id, not failed, rule.strength, rule.blocks, rule.sentence, rule.sentence_zh,
        reason or rule.sentence, reason_zh or rule.sentence_zh, facts,
    )  # fmt: skip
