"""The decision: every rule that binds is asked, and the contact is permitted or refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from services.contact.domain.guard import own
from services.contact.domain.guard.agencies import agency_questions
from services.contact.domain.guard.calls import call_questions
from services.contact.domain.guard.caps import count_questions
from services.contact.domain.guard.facts import ContactFacts
from services.contact.domain.guard.hours import convenience_questions, days_off_questions, hours_questions
from services.contact.domain.guard.means import (
    channel_questions,
    number_questions,
    occasion_questions,
    visit_questions,
)
from services.contact.domain.guard.people import people_questions
from services.contact.domain.guard.questions import Question, Verdict, answered
from services.contact.domain.guard.replies import reply_questions
from services.contact.domain.guard.terms import GuardTerms
from services.contact.domain.guard.wording import wording_questions
from services.contact.domain.vocabulary import MessageClass, action_class


@dataclass(frozen=True, slots=True)
class Permit:
    """The contact may be made, now and for this purpose only, and not after `closes`, when its hours end."""

    facts: ContactFacts
    pack: str
    pack_version: str
    verdicts: tuple[Verdict, ...]
    closes: datetime | None


@dataclass(frozen=True, slots=True)
class Refusal:
    """The contact may not be made. `earliest` is the next legal moment, None when time alone does not bring one."""

    facts: ContactFacts
    pack: str
    pack_version: str
    verdicts: tuple[Verdict, ...]
    earliest: datetime | None
    rules: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rules", tuple(v.rule for v in self.verdicts if v.refuses))


def ask(facts: ContactFacts, terms: GuardTerms) -> Permit | Refusal:
    """Ask every rule that binds this contact. `terms` are those in force on the day of `facts.now` for its channel."""
    questions = _questions(facts, terms)
    verdicts = answered(questions, facts.now)
    if any(verdict.refuses for verdict in verdicts):
        earliest = _earliest([one for one in questions if one.rule.blocks], facts.now)
        return Refusal(facts, terms.pack, terms.version, verdicts, earliest)
    ends = [end for one in questions if one.closes is not None and (end := one.closes(facts.now)) is not None]
    return Permit(facts, terms.pack, terms.version, verdicts, min(ends, default=None))


# What the law asks for and what the borrower asked do not depend on a copy of holds: intake's holds let them pass, and
# a copy that may be out of date would silence an answer for as long as intake is away.
_WITHOUT_FRESH_HOLDS = frozenset({MessageClass.STATUTORY_NOTICE, MessageClass.REPLY})


def _questions(facts: ContactFacts, terms: GuardTerms) -> list[Question]:
    asked = _at_all(facts, terms)
    asked += number_questions(facts, terms) if facts.zones else []
    asked += wording_questions(facts, terms)
    if not facts.zones:
        return asked  # without a zone there is no local day, so nothing that counts days or hours can be asked
    asked += reply_questions(facts, terms) + channel_questions(facts, terms)
    asked += agency_questions(facts, terms)
    asked += people_questions(facts, terms)
    asked += visit_questions(facts, terms)
    asked += occasion_questions(facts, terms)
    asked += convenience_questions(facts, terms) + days_off_questions(facts, terms)
    asked += hours_questions(facts, terms)
    return asked + count_questions(facts, terms) + call_questions(facts, terms)


def _at_all(facts: ContactFacts, terms: GuardTerms) -> list[Question]:
    """Whether this borrower may be contacted at all: stops, the pack, holds."""
    stops = ", ".join(stop.named for stop in facts.stops)
    free = own.no_stop_covers(facts.stops, terms.packs, facts.channel.value, facts.template, facts.portfolio)
    asked = [
        own.ask(own.no_stop_covers, free, (f"in force: {stops}", f"生效中：{stops}") if stops else ("", "")),
        own.ask(own.pack_allows_contact, terms.contact),
        own.ask(own.zones_are_known, own.zones_are_known(facts.zones)),
    ]
    if facts.message_class not in _WITHOUT_FRESH_HOLDS:
        asked.append(own.ask(own.holds_are_fresh, facts.hold_copy_fresh))
    return [*asked, _holds(facts)]


def _holds(facts: ContactFacts) -> Question:
    action = action_class(facts.message_class, facts.channel)
    blocking = [hold for hold in facts.holds if action in hold.blocks]

    def opened(moment: datetime) -> datetime | None:
        return _after([hold.ends_at for hold in blocking], moment)

    said = f"Asked for {action}.", f"动作类别：{action}。"
    return own.ask(own.no_hold_blocks, not blocking, said, opened, action=action, holds=[h.hold_id for h in blocking])


def _after(ends: Sequence[datetime | None], moment: datetime) -> datetime | None:
    known = [end for end in ends if end is not None]
    return max([moment, *known]) if len(known) == len(ends) else None


# Each turn moves the moment to where some rule opens. Rules open at starts of days or hours, so a few turns are enough;
# the cap is there for rules that never agree.
_TURNS = 400


def _earliest(questions: list[Question], now: datetime) -> datetime | None:
    """The first moment from now on at which all rules open together if nothing else happens; None: there is none."""
    moment = now
    for _ in range(_TURNS):
        opened = [one.opens(moment) for one in questions]
        known = [at for at in opened if at is not None]
        if len(known) < len(opened):
            return None
        if max(known, default=moment) == moment:
            return moment
        moment = max(known)
    return None
