"""Asking the guard about one contact, by the packs as they are shipped."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from services.common.kernel.clock import local_day
from services.common.packs.vocabulary import Actor, Product
from services.contact.domain.guard.decision import Permit, Refusal, ask
from services.contact.domain.guard.facts import Contact, ContactFacts, NumberFact
from services.contact.domain.guard.questions import Verdict
from services.contact.domain.vocabulary import Channel, MessageClass
from services.contact.policies import Policies

PACKS = Policies.load().packs
ZONES = {
    "cn": "Asia/Shanghai", "us": "America/New_York", "us-ma": "America/New_York", "uk": "Europe/London",
    "au": "Australia/Sydney", "in": "Asia/Kolkata", "sample": "Asia/Shanghai", "sg": "Asia/Singapore",
    "hk": "Asia/Hong_Kong", "eu": "Europe/Berlin",
}  # fmt: skip
NUMBER = NumberFact("contract", "n1")
#: All that a letter says.
LETTER = frozenset(
    {"name_and_balance", "cause_and_law", "rights_and_duties", "ways_to_check_repay_object", "bank_contact", "seal"}
)


def at(pack: str, text: str) -> datetime:
    """A local time of the pack's own place: "2026-06-01 12:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONES[pack])).astimezone(UTC)


def facts_of(pack: str, text: str = "2026-06-01 12:00", **changes: Any) -> ContactFacts:
    """A demand by telephone that nothing forbids."""
    call = ContactFacts(
        now=at(pack, text), zones=(ZONES[pack],), channel=Channel.VOICE, message_class=MessageClass.DEMAND,
        number=NUMBER, names_institution=True, hold_copy_fresh=True, debt="d1",
    )  # fmt: skip
    return replace(call, **changes)


def asked(
    pack: str | tuple[str, ...] = "cn",
    text: str = "2026-06-01 12:00",
    actor: Actor = Actor.LENDER,
    product: Product | None = None,
    **changes: Any,
) -> Permit | Refusal:
    """What the guard says by these packs; times are local to the first one's place."""
    names = (pack,) if isinstance(pack, str) else pack
    facts = facts_of(names[0], text, **changes)
    day = local_day(facts.now, facts.zones[0]) if facts.zones else facts.now.date()
    terms = PACKS.terms(names, day, facts.channel, actor, product)
    if not facts.calendars:
        facts = replace(facts, calendars=PACKS.calendars(terms))
    return ask(facts, terms)


def permitted(*args: Any, **changes: Any) -> Permit:
    answer = asked(*args, **changes)
    assert isinstance(answer, Permit), answer.rules
    return answer


def refused(*args: Any, **changes: Any) -> Refusal:
    answer = asked(*args, **changes)
    assert isinstance(answer, Refusal)
    return answer


def verdict_of(answer: Permit | Refusal, rule: str) -> Verdict:
    return next(one for one in answer.verdicts if one.rule == rule)


def call(pack: str, text: str, outcome: str | None = "NO_ANSWER", **changes: Any) -> Contact:
    """An earlier call about the debt to the number."""
    made = Contact(at(pack, text), Channel.VOICE, outcome, "n1", ("d1",))
    return replace(made, **changes)


def calls(pack: str, first: str, count: int, apart: timedelta, outcome: str = "NO_ANSWER") -> tuple[Contact, ...]:
    """Several calls, evenly apart."""
    start = call(pack, first, outcome)
    return tuple(replace(start, at=start.at + k * apart) for k in range(count))
