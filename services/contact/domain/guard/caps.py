"""The caps that bind a contact, by the counters of the rule packs, and how far back those counters look."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from services.common.kernel.clock import local_day
from services.contact.domain.guard.counters import Counter, Kind, Unit, limit
from services.contact.domain.guard.days import begins
from services.contact.domain.guard.facts import ContactFacts, Place
from services.contact.domain.guard.questions import Question
from services.contact.domain.guard.terms import GuardTerms
from services.contact.domain.vocabulary import Channel, MessageClass


def days_back(terms: GuardTerms, channel: Channel) -> int:
    """How many local days of history the counts of these terms look at, today included; 0 when they need none."""
    days = [0]
    if terms.limiting("contacts_per_account_in_30_days") or terms.limiting("contacts_per_account_in_7_days"):
        days += [rule.values[name] for name in ("week_days", "month_days") for rule in terms.having(name)]
    if channel is Channel.VOICE:
        days += [1 for name in _PER_DAY for _ in terms.limiting(name)]
        consents = max((rule.values["consent_days"] for rule in terms.having("consent_days")), default=0)
        days += [rule.values["window_days"] + consents for rule in terms.having("window_days")]
        for name in ("window_elsewhere_days", "wait_days"):
            days += [rule.values[name] for rule in terms.having(name)]
    return max(days)


_PER_DAY = ("attempts_per_number_per_day", "effective_calls_per_debtor_per_day")


def first_instant(now: datetime, zones: Sequence[str], days: int) -> datetime:
    """When the first of so many local days began where it began first; nothing before it is in a window of them."""
    return min(begins(local_day(now, zone) - timedelta(days=days - 1), zone) for zone in zones)


def count_questions(facts: ContactFacts, terms: GuardTerms) -> list[Question]:
    """Every cap that binds this contact."""
    asked: list[Question] = []
    if facts.channel is Channel.VOICE:
        asked += _number_attempts(facts, terms)
        if facts.third_party is None:
            asked += _effective_calls(facts, terms)
            asked += _elsewhere_calls(facts, terms)
    if facts.third_party is None and facts.message_class not in _FREE:
        asked += _contacts_made(facts, terms)
    return asked


# What the borrower or the law asked for is not counted against how often we may ask for payment.
_FREE = frozenset({MessageClass.REPLY, MessageClass.STATUTORY_NOTICE, MessageClass.RECEIPT})


def _number_attempts(facts: ContactFacts, terms: GuardTerms) -> list[Question]:
    """CN-02: dialled calls to one number on one day, whoever is behind it, unless more were agreed."""
    counter = Counter(Unit.NUMBER, Kind.ATTEMPT, 1)
    return [
        limit(rule, counter, rule.of("attempts_per_number_per_day"), facts)
        for rule in terms.limiting("attempts_per_number_per_day")
        if not (facts.agreed_more_calls and rule.values.get("consent_lifts"))
    ]


def _effective_calls(facts: ContactFacts, terms: GuardTerms) -> list[Question]:
    """CN-03: calls to one debtor on one day that became a conversation, by lender and agencies together."""
    name = "effective_calls_per_debtor_per_day"
    return [
        limit(
            rule,
            Counter(Unit.BORROWER, Kind.CONVERSATION, 1, inbound=bool(rule.values.get("inbound_calls_count"))),
            rule.of(name),
            facts,
        )
        for rule in terms.limiting(name)
    ]


def _elsewhere_calls(facts: ContactFacts, terms: GuardTerms) -> list[Question]:
    """US-25: calls to places other than home and mobile. Of a number whose place nobody knows both limits hold."""
    place = facts.number.place if facts.number else None
    if place in (Place.HOME, Place.MOBILE):
        return []
    return [
        limit(
            rule,
            Counter(Unit.DEBT, Kind.ATTEMPT, rule.values["window_elsewhere_days"]),
            rule.of("calls_per_debt_elsewhere_in_30_days"),
            facts,
        )
        for rule in terms.limiting("calls_per_debt_elsewhere_in_30_days")
    ]


def _contacts_made(facts: ContactFacts, terms: GuardTerms) -> list[Question]:
    """AU-08: contact that was actually made about one account, in a week and in a month (HOUSE-03)."""
    asked = []
    for dimension, days in (
        ("contacts_per_account_in_7_days", "week_days"),
        ("contacts_per_account_in_30_days", "month_days"),
    ):
        for rule in terms.limiting(dimension):
            length = max(one.values[days] for one in terms.having(days))
            counter = Counter(Unit.DEBT, Kind.CONVERSATION, length, channel=None)
            asked.append(limit(rule, counter, rule.of(dimension), facts))
    return asked
