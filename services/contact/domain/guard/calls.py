"""Calls about one debt: how many in how many days, how far apart, and how long after a conversation (US-04, US-05)."""

from __future__ import annotations

from datetime import datetime, timedelta

from services.common.kernel.clock import local_day
from services.contact.domain.guard.consents import Consents
from services.contact.domain.guard.counters import Counter, Kind, Unit, limit, spoken
from services.contact.domain.guard.days import begins
from services.contact.domain.guard.facts import Contact, ContactFacts, Place
from services.contact.domain.guard.questions import Opens, Question
from services.contact.domain.guard.terms import GuardTerms, RuleTerms
from services.contact.domain.vocabulary import Channel

FREQUENCY, COOLDOWN = "calls_per_debt_in_7_days", "wait_days_after_conversation"


def call_questions(facts: ContactFacts, terms: GuardTerms) -> list[Question]:
    """What binds one more call to the debtor about this debt."""
    if facts.channel is not Channel.VOICE or facts.third_party is not None:
        return []
    consents = Consents(facts, terms)
    asked = [question for rule in terms.limiting(FREQUENCY) for question in _frequency(rule, facts, terms, consents)]
    return asked + [_cooldown(rule, facts, terms, consents) for rule in terms.limiting(COOLDOWN)]


def _frequency(rule: RuleTerms, facts: ContactFacts, terms: GuardTerms, consents: Consents) -> list[Question]:
    """Calls are counted for each debt by itself (US-06)."""
    days = next(one.values["window_days"] for one in (rule, *terms.limiting(FREQUENCY)) if "window_days" in one.values)
    excluded = rule.values.get("not_counted", frozenset())
    kind = Kind.RING if {"busy", "not_in_service"} <= excluded else Kind.ATTEMPT
    lifts = rule.values.get("consent_days", 0) if consents and "within_consent" in excluded else 0
    place = facts.number.place if facts.number else None
    if "max_calls_elsewhere" in rule.values and place in (Place.WORK, Place.OTHER):
        return []  # US-25: of those the other limit of the rule holds

    def consented(one: Contact) -> bool:
        return consents.covered(one.at, lifts)

    skip = consented if lifts else None
    counter = Counter(Unit.DEBT, kind, days)
    asked = [limit(rule, counter, rule.of(FREQUENCY), facts, skip)]
    if "max_calls_per_day" in rule.values:
        asked.append(limit(rule, Counter(Unit.DEBT, kind, 1), rule.values["max_calls_per_day"], facts, skip))
    if "min_hours_between_calls" in rule.values:
        asked.append(_spacing(rule, counter, facts))
    return [_lifted(one, lifts, consents) for one in asked]


def _spacing(rule: RuleTerms, counter: Counter, facts: ContactFacts) -> Question:
    hours = rule.values["min_hours_between_calls"]
    last = max((one.at for one in counter.of(facts)), default=None)
    free = facts.now if last is None else last + timedelta(hours=hours)
    said = ("", "") if last is None else (f"At least {hours} hours between calls.", f"两次呼叫至少间隔{hours}小时。")
    return Question(rule, lambda moment: max(moment, free), said, {"last_call": last, "hours_between": hours})


def _cooldown(rule: RuleTerms, facts: ContactFacts, terms: GuardTerms, consents: Consents) -> Question:
    wait = rule.of(COOLDOWN)
    inbound = any(one.values["inbound_conversation_counts"] for one in terms.having("inbound_conversation_counts"))
    found = spoken(facts, inbound)
    free = max((_over(one, wait, facts) for one in found), default=facts.now)
    last = max((one.at for one in found), default=None)
    said = ("No conversation before.", "此前无通话。")
    if last is not None:
        day = min(local_day(last, zone) for zone in facts.zones)
        said = (
            f"Last conversation {day}, that day being the first of {wait}.",
            f"最近一次通话为{day}，当日为{wait}天中的第1天。",
        )
    days = max((one.values["consent_days"] for one in terms.having("consent_days") if consents), default=0)
    question = Question(rule, lambda moment: max(moment, free), said, {"last_conversation": last, "wait_days": wait})
    return _lifted(question, days, consents)


def _over(one: Contact, wait: int, facts: ContactFacts) -> datetime:
    """When the wait after a conversation ends; a permit that may still be used is only waited for."""
    if one.outcome is None and one.until is not None:
        return one.until
    return max(begins(local_day(one.at, zone) + timedelta(days=wait), zone) for zone in facts.zones)


def _lifted(question: Question, days: int, consents: Consents) -> Question:
    """The same question, let through where the person agreed to be called."""
    if not days:
        return question
    bound = question.opens

    def opened(moment: datetime) -> datetime | None:
        moments = (consents.opens(moment, days), bound(moment))
        return min((one for one in moments if one is not None), default=None)

    opens: Opens = opened
    return Question(question.rule, opens, question.said, question.facts)
