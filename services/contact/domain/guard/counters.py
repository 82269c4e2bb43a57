"""Counters, each of its own unit and kind, over local calendar days in every zone, as the rule that counts says."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from services.common.kernel.clock import local_day
from services.contact.domain.guard.days import begins
from services.contact.domain.guard.facts import Contact, ContactFacts, Place
from services.contact.domain.guard.questions import Question, not_before
from services.contact.domain.guard.terms import RuleTerms
from services.contact.domain.outcomes import OUTCOMES
from services.contact.domain.vocabulary import Channel


class Unit(StrEnum):
    """Whose contacts a counter counts."""

    BORROWER = "borrower"
    DEBT = "debt"
    NUMBER = "number"
    THIRD_PARTY = "third_party"


class Kind(StrEnum):
    """What a counter counts. A permit that may still be used counts as all of them; one that ran out as an attempt that
    rang, until somebody has said what became of it."""

    ATTEMPT = "attempt"  # somebody dialled, sent or went
    RING = "ring"  # an attempt that was neither busy nor a dead line
    CONNECTED = "connected"  # a person answered
    CONVERSATION = "conversation"  # the verified debtor spoke
    MESSAGE = "message"  # something in writing went out


_DEAD = frozenset({"BUSY", "NOT_IN_SERVICE", "WRONG_FORMAT"})
_SPOKEN = frozenset({Kind.CONNECTED, Kind.CONVERSATION})
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
        if self.kind in _SPOKEN:
            found = [c for c in found if c.outcome is not None or c.until is None or c.until > facts.now]
        if self.kind is Kind.MESSAGE:
            found = [c for c in found if c.channel in _WRITTEN]
        if not self.inbound:
            found = [c for c in found if not c.by_borrower]
        if self.unit is Unit.NUMBER:
            ref = facts.number.ref if facts.number else None
            return [c for c in found if ref is not None and c.number == ref]
        if self.unit is Unit.THIRD_PARTY:
            person = facts.third_party.ref if facts.third_party else None
            # Who was asked where another debtor is was not asked about this one.
            return [c for c in found if person is not None and c.third_party == person and not c.somebody_else]
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
    starts = (begins(local_day(facts.now, zone) - first, zone) for zone in facts.zones)
    return len(times) - min(bisect_left(times, start) for start in starts)


def _room(times: Sequence[datetime], most: int, days: int | None, facts: ContactFacts) -> datetime | None:
    """The first instant at which the window holds fewer than `most` in every zone; None when it never does."""
    if len(times) < most:
        return facts.now
    if most <= 0 or days is None:
        return None
    # The window has room again when the `most`-th from the end has left it.
    leaving = times[len(times) - most]
    return max(begins(local_day(leaving, zone) + timedelta(days=days), zone) for zone in facts.zones)


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
