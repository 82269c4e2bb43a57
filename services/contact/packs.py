"""What the rule packs say to the contact guard, by case, day and way of contact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from services.common.kernel.dated import PolicyValue
from services.common.kernel.policy_file import load_dated
from services.common.packs.calendars import HolidayList
from services.common.packs.hours import ContactHours, Span
from services.common.packs.loader import load_packs
from services.common.packs.rules import HOUSE, Packs, Rule
from services.common.packs.strictest import stricter
from services.common.packs.vocabulary import Actor, Binding, Product, Strength
from services.contact.domain.guard.facts import Calendar
from services.contact.domain.guard.terms import DayHours, GuardTerms, RuleTerms
from services.contact.domain.vocabulary import Channel
from services.contact.domain.window import LocalHours

PACKAGE = "services.contact"
#: Packs of no jurisdiction, which only say whether anybody may be contacted.
_FLAGS = ("sample",)


@dataclass(frozen=True, slots=True)
class ContactFlag(PolicyValue):
    """Whether the borrowers of such cases may be contacted at all."""

    contact: bool


def pack_names() -> frozenset[str]:
    """Every pack that a case may have."""
    return frozenset(load_packs().by_name) - {HOUSE} | frozenset(_FLAGS)


class ContactPacks:
    """The terms of the guard, made once for each combination that is asked for."""

    def __init__(self, packs: Packs, calendars: Mapping[str, HolidayList]) -> None:
        self._packs = packs
        self._flags = {name: load_dated(PACKAGE, name, ContactFlag) for name in _FLAGS}
        self._calendars = {name: _calendar(found) for name, found in calendars.items()}
        self._made = lru_cache(maxsize=2_048)(self._make)

    def terms(
        self,
        names: tuple[str, ...],
        day: date,
        channel: Channel,
        actor: Actor = Actor.LENDER,
        product: Product | None = None,
    ) -> GuardTerms:
        """The rules of these packs, and what is around them, on a day. PolicyMissing for an unknown pack."""
        return self._made(names, day, channel, actor, product)

    def calendars(self, terms: GuardTerms) -> tuple[Calendar, ...]:
        """The lists of holidays on which some of the terms depend, as far as there are any."""
        wanted = {rule.pack for rule in terms.rules if _by_kind_of_day(rule)}
        return tuple(self._calendars[name] for name in sorted(wanted & set(self._calendars)))

    def _make(
        self, names: tuple[str, ...], day: date, channel: Channel, actor: Actor, product: Product | None
    ) -> GuardTerms:
        flags = {name: self._flags[name].on(day) for name in names if name in self._flags}
        found = self._packs.of_case(tuple(name for name in names if name not in flags), day)
        strictest = stricter(found, actor=actor, product=product, channel=channel)
        versions = [flag.version for flag in flags.values()] + list(strictest.versions)
        contact = all(flag.value.contact for flag in flags.values())
        rules = tuple(_rule(rule, actor, product) for rule in strictest.rules)
        return GuardTerms("+".join(names), "+".join(versions), contact, rules)


def _rule(rule: Rule, actor: Actor, product: Product | None) -> RuleTerms:
    # Hours of mortgages are a must for these and presumed right for others (HOUSE-05).
    strength = rule.strength_for(product)
    # Guidance warns, a draft too (HOUSE-10); guidance that the house made its own standard is kept like any other rule.
    blocks = strength is not Strength.GUIDANCE or rule.actors[actor] is Binding.ADOPTED
    return RuleTerms(
        id=rule.id,
        sentence=rule.sentence,
        sentence_zh=rule.sentence_zh,
        strength=strength.value,
        pack=rule.pack,
        source=rule.source,
        blocks=blocks,
        values={name: _value(parameter.value) for name, parameter in rule.parameters.items()},
        dimensions={p.dimension: name for name, p in rule.parameters.items() if p.dimension is not None},
    )


def _value(value: Any) -> Any:
    if isinstance(value, ContactHours):
        return DayHours(_span(value.weekday), _span(value.weekend), _span(value.public_holiday))
    return value


def _span(span: Span | None) -> LocalHours | None:
    return None if span is None else LocalHours(span.start, span.end)


def _by_kind_of_day(rule: RuleTerms) -> bool:
    hours = [value for value in rule.values.values() if isinstance(value, DayHours)]
    return "notice_business_days" in rule.values or any(not one.same_every_day for one in hours)


def _calendar(found: HolidayList) -> Calendar:
    return Calendar(found.pack, tuple(sorted(found.years)), found.holidays, found.make_up_workdays)
