"""Counters, each of its own unit and kind, over local calendar days in every zone, as the rule that counts says."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from services.contact.domain.guard.days import begins, day_in
from services.contact.domain.guard.facts import Contact, ContactFacts, Place
from services.contact.domain.guard.questions import Question, not_before
from services.contact.domain.guard.terms import GuardTerms, RuleTerms
from services.contact.domain.outcomes import OUTCOMES
from services.contact.domain.vocabulary import Channel, MessageClass


class Unit(StrEnum):
    """Whose contacts a counter counts."""

    BORROWER = "borrower"
    DEBT = "debt"
    NUMBER = "number"
    THIRD_PARTY = "third_party"


class Kind(StrEnum):
    """What a counter counts. A permit that may still be used counts as all of them."""

    ATTEMPT = "attempt"  # somebody dialled, sent or went
    RING = "ring"  # an attempt that was neither busy nor a dead line
    CONNECTED = "connected"  # a person answered
    CONVERSATION = "conversation"  # the verified debtor spoke
    MESSAGE = "message"  # something in writing went out


_DEAD = frozenset({"BUSY", "NOT_IN_SERVICE", "WRONG_FORMAT"})
_WRITTEN = frozenset({Channel.SMS, Channel.EMAIL, Channel.PUSH, Channel.LETTER, Channel.PORTAL})
WRONG_NUMBER = "WRONG_NUMBER"


@dataclass(frozen=True, slots=True)
class Counter:
    """Counts contacts of a unit and kind over `days` local days, the present one the last; None: over all time.

    `channel` None is any. `inbound` counts what the borrower began too. `places` limits it to numbers there.
    """

    unit: Unit
    kind: Kind
    days: int | None
    channel: Channel | None = Channel.VOICE
    inbound: bool = False
    places: frozenset[Place | None] | None = None

    def of(self, facts: ContactFacts) -> list[Contact]:
        """The earlier contacts that belong to this counter, of whatever age."""
        codes, channel = _CODES[self.kind], self.channel
        found = [c for c in facts.history if c.outcome in codes and (channel is None or c.channel is channel)]
        if self.kind is Kind.MESSAGE:
            found = [c for c in found if c.channel in _WRITTEN]
        if not self.inbound:
            found = [c for c in found if not c.by_borrower]
        if self.unit is Unit.NUMBER:
            ref = facts.number.ref if facts.number else None
            return [c for c in found if ref is not None and c.number == ref]
        if self.unit is Unit.THIRD_PARTY:
            person = facts.third_party.ref if facts.third_party else None
            return [c for c in found if person is not None and c.third_party == person]
        # US-07: calls to a number that was somebody else's were no calls to this person.
        wrong = {c.number for c in facts.history if c.outcome == WRONG_NUMBER and c.number is not None}
        found = [c for c in found if not c.somebody_else and c.third_party is None and c.number not in wrong]
        if self.unit is Unit.BORROWER or facts.debt is None:
            return found
        return [c for c in found if not c.debts or facts.debt in c.debts]


def _kinds(code: str) -> frozenset[Kind]:
    outcome = OUTCOMES[code]
    counted = {
        Kind.ATTEMPT: outcome.counts_as_attempt,
        Kind.RING: outcome.counts_as_attempt and code not in _DEAD,
        Kind.CONNECTED: outcome.counts_as_connected,
        Kind.CONVERSATION: outcome.counts_as_conversation,
        Kind.MESSAGE: outcome.counts_as_attempt,
    }
    return frozenset(kind for kind, counts in counted.items() if counts)


# The outcomes that count as a kind; a permit that may still be used has none yet, and counts as every kind.
_CODES: dict[Kind, frozenset[str | None]] = {
    kind: frozenset([None, *(code for code in OUTCOMES if kind in _kinds(code))]) for kind in Kind
}


def is_of_kind(contact: Contact, kind: Kind) -> bool:
    """What a contact counts as, by the attributes of its outcome."""
    return contact.outcome in _CODES[kind] and (kind is not Kind.MESSAGE or contact.channel in _WRITTEN)


def limit(
    rule: RuleTerms, counter: Counter, most: int, facts: ContactFacts, skip: Callable[[Contact], bool] | None = None
) -> Question:
    """A cap on a counter: fewer than `most` before this one. `skip` leaves out contacts that do not count here."""
    found = counter.of(facts)
    times = sorted(one.at for one in found if skip is None or not skip(one))
    opens = not_before(_room(times, most, counter.days, facts))
    count = _within(times, counter.days, facts)
    span, span_zh = _span(counter.days)
    said = (
        f"{_of(counter)} {span}: {count}, at most {most}.",
        f"{span_zh}{_UNIT_ZH[counter.unit]}{_KIND_ZH[counter.kind]}{count}次，上限{most}次。",
    )
    name = f"{counter.kind}s_per_{counter.unit}_{span.replace(' ', '_')}"
    return Question(rule, opens, said, {name: count, f"most_{name}": most})


def _within(times: Sequence[datetime], days: int | None, facts: ContactFacts) -> int:
    """How many of the times are in the window that ends today, in the zone where they are most."""
    if days is None:
        return len(times)
    first = timedelta(days=days - 1)
    starts = (begins(day_in(facts.now, zone) - first, zone) for zone in facts.zones)
    return len(times) - min(bisect_left(times, start) for start in starts)


def _room(times: Sequence[datetime], most: int, days: int | None, facts: ContactFacts) -> datetime | None:
    """The first instant at which the window holds fewer than `most` in every zone; None when it never does."""
    if len(times) < most:
        return facts.now
    if most <= 0 or days is None:
        return None
    # The window has room again when the `most`-th from the end has left it.
    leaving = times[len(times) - most]
    return max(begins(day_in(leaving, zone) + timedelta(days=days), zone) for zone in facts.zones)


def _span(days: int | None) -> tuple[str, str]:
    if days is None:
        return "so far", "累计"
    return ("today", "当日") if days == 1 else (f"in {days} days", f"{days}天内")


def _of(counter: Counter) -> str:
    return f"{str(counter.kind).capitalize()}s of this {str(counter.unit).replace('_', ' ')}"


_UNIT_ZH = {Unit.BORROWER: "该借款人", Unit.DEBT: "该笔债务", Unit.NUMBER: "该号码", Unit.THIRD_PARTY: "该第三人"}
_KIND_ZH = {
    Kind.ATTEMPT: "拨打", Kind.RING: "呼叫", Kind.CONNECTED: "接通", Kind.CONVERSATION: "有效通话",
    Kind.MESSAGE: "消息",
}  # fmt: skip


def spoken(facts: ContactFacts, inbound: bool) -> list[Contact]:
    """Telephone conversations about the debt, whoever began them if `inbound`, permits that may become one included."""
    return Counter(Unit.DEBT, Kind.CONVERSATION, None, inbound=inbound).of(facts)


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
    return min(begins(day_in(now, zone) - timedelta(days=days - 1), zone) for zone in zones)


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
