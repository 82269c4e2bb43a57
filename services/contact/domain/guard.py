"""The contact guard: nothing reaches a borrower without a permit.

A pure function over facts. Every rule is asked and every answer kept, with the facts and the version of the pack, so
that the same permit can be derived again years later. The facts are read under the lock that reserves the permit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from services.common.kernel.dated import Version
from services.common.kernel.rule import RuleVerdict, verdict
from services.contact.domain import rules
from services.contact.domain.pack import ContactPack
from services.contact.domain.stops import StopFact
from services.contact.domain.vocabulary import Channel, MessageClass, action_class
from services.contact.domain.window import LocalHours, next_day_everywhere, next_permitted


@dataclass(frozen=True, slots=True)
class HoldFact:
    """A hold in force at `now`: the action classes it blocks and its end (None: until lifted)."""

    hold_id: str
    blocks: frozenset[str]
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """What the guard looks at.

    `attempts_today` counts dialled calls to this number, `effective_calls_today` calls to this debtor that became a
    conversation, by anybody, both on the borrower's local day and with reserved permits included. `zones` are all
    the borrower may be in. `provenance` is where the number or address came from. `inbound_at` is the borrower's
    last message in this channel. `template` is its text, for a call what it is for; `stops` are all that are in force.
    `agreed_hours` and `agreed_more_calls` are recorded, unrevoked consents.
    """

    now: datetime
    zones: tuple[str, ...]
    channel: Channel
    message_class: MessageClass
    provenance: str | None
    names_institution: bool
    hold_copy_fresh: bool
    attempts_today: int = 0
    effective_calls_today: int = 0
    holds: tuple[HoldFact, ...] = ()
    agreed_hours: tuple[LocalHours, ...] = ()
    agreed_more_calls: bool = False
    inbound_at: datetime | None = None
    template: str = ""
    stops: tuple[StopFact, ...] = ()


@dataclass(frozen=True, slots=True)
class Permit:
    """The contact may be made, now and for this purpose only."""

    facts: ContactFacts
    pack: str
    pack_version: str
    verdicts: tuple[RuleVerdict, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """The contact may not be made. `earliest` is the next legal moment, None when time alone does not bring one."""

    facts: ContactFacts
    pack: str
    pack_version: str
    verdicts: tuple[RuleVerdict, ...]
    earliest: datetime | None
    rules: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rules", tuple(v.rule for v in self.verdicts if not v.passed))


def ask(facts: ContactFacts, pack_name: str, pack: Version[ContactPack]) -> Permit | Refusal:
    """Ask every rule that binds this contact. `pack` is the version in force on the day of `facts.now`."""
    terms = pack.value
    verdicts = _verdicts(facts, pack_name, terms)
    if all(v.passed for v in verdicts):
        return Permit(facts, pack_name, pack.version, verdicts)
    refused = frozenset(v.rule for v in verdicts if not v.passed)
    return Refusal(facts, pack_name, pack.version, verdicts, _earliest(facts, terms, refused))


# What the law asks for and what the borrower asked do not depend on a copy of holds: intake's holds let them pass, and
# a copy that may be out of date would silence an answer for as long as intake is away.
_WITHOUT_FRESH_HOLDS = frozenset({MessageClass.STATUTORY_NOTICE, MessageClass.REPLY})


def _verdicts(facts: ContactFacts, pack: str, terms: ContactPack) -> tuple[RuleVerdict, ...]:
    action = action_class(facts.message_class, facts.channel)
    blocked = [blocked for hold in facts.holds for blocked in hold.blocks]
    asked = [
        verdict(
            rules.no_stop_covers,
            rules.no_stop_covers(facts.stops, pack, facts.channel.value, facts.template),
            f"in force: {', '.join(stop.named for stop in facts.stops)}" if facts.stops else "",
        ),
        verdict(rules.pack_allows_contact, rules.pack_allows_contact(terms.contact)),
    ]
    if facts.message_class not in _WITHOUT_FRESH_HOLDS:
        asked.append(verdict(rules.holds_are_fresh, rules.holds_are_fresh(facts.hold_copy_fresh)))
    asked += [
        verdict(rules.no_hold_blocks, rules.no_hold_blocks(action, blocked), f"asked for {action}"),
        verdict(rules.provenance_is_lawful, rules.provenance_is_lawful(facts.provenance, terms.accepted_provenance)),
        verdict(rules.institution_is_named, rules.institution_is_named(facts.names_institution)),
    ]
    if _bound_by_hours(facts, terms):
        inside = rules.inside_permitted_hours(facts.now, facts.zones, _hours(facts, terms))
        asked.append(verdict(rules.inside_permitted_hours, inside))
    if facts.channel is Channel.VOICE:
        dialled, most = facts.attempts_today, terms.max_attempts_per_number
        passed = rules.number_not_dialled_too_often(dialled, most, facts.agreed_more_calls)
        asked.append(verdict(rules.number_not_dialled_too_often, passed, f"{dialled} attempts today, at most {most}"))
        calls, cap = facts.effective_calls_today, terms.max_effective_calls
        passed = rules.debtor_not_called_too_often(calls, cap)
        asked.append(verdict(rules.debtor_not_called_too_often, passed, f"{calls} calls today, at most {cap}"))
    return tuple(asked)


def _bound_by_hours(facts: ContactFacts, terms: ContactPack) -> bool:
    if facts.message_class is MessageClass.REPLY and facts.inbound_at is not None:
        fresh = facts.inbound_at <= facts.now < facts.inbound_at + terms.reply_window
        if fresh:
            return False
    return facts.message_class in terms.hours_bind and facts.channel in terms.hours_channels


def _hours(facts: ContactFacts, terms: ContactPack) -> tuple[LocalHours, ...]:
    return (terms.hours, *facts.agreed_hours)


_CURED_BY_TIME = frozenset({"HOLD-01", "CN-01", "CN-02", "CN-03"})


def _earliest(facts: ContactFacts, terms: ContactPack, refused: frozenset[str]) -> datetime | None:
    if not refused <= _CURED_BY_TIME:
        return None
    moment = facts.now
    if "HOLD-01" in refused:
        action = action_class(facts.message_class, facts.channel)
        for hold in facts.holds:
            if action in hold.blocks:
                if hold.ends_at is None:
                    return None
                moment = max(moment, hold.ends_at)
    if refused & {"CN-02", "CN-03"}:
        moment = max(moment, next_day_everywhere(facts.now, facts.zones))
    # A reply that is free of hours now would be bound by them later, so later moments are always looked up in them.
    bound = facts.message_class in terms.hours_bind and facts.channel in terms.hours_channels
    return next_permitted(moment, facts.zones, _hours(facts, terms)) if bound else moment
