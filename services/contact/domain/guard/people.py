"""Who is contacted: the debtor, somebody who speaks for the debtor, or a third party who owes nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

from services.common.kernel.clock import local_day
from services.contact.domain.guard import own
from services.contact.domain.guard.counters import Counter, Kind, Unit, is_of_kind, limit
from services.contact.domain.guard.days import begins_everywhere, over_everywhere
from services.contact.domain.guard.facts import Contact, ContactFacts, ThirdParty
from services.contact.domain.guard.questions import Question, not_before, when
from services.contact.domain.guard.terms import GuardTerms, RuleTerms
from services.contact.domain.guard.windows import within_hours
from services.contact.domain.vocabulary import Channel, MessageClass

# They owe the debt too, so the contract and the law decide whether they are asked to pay.
_LIABLE = frozenset({"guarantor", "joint_debtor"})
_REFUSED = "THIRD_PARTY_REFUSED"


def people_questions(facts: ContactFacts, terms: GuardTerms) -> list[Question]:
    """What binds contact with this person."""
    asked = _representation(facts, terms)
    third = facts.third_party
    if third is None or third.role in _LIABLE:
        return asked
    refused = third.refused or any(c.third_party == third.ref and c.outcome == _REFUSED for c in facts.history)
    reasons, numbers = terms.having("reasons_for_third_parties"), terms.limiting("contacts_per_third_party")
    for rule in reasons:
        passes = third.reason in rule.values["reasons_for_third_parties"] and not refused
        said = (
            f"Reason: {third.reason or 'none'}; {'refused before' if refused else 'has not refused'}.",
            f"理由：{third.reason or '无'}；{'已拒绝' if refused else '未拒绝'}。",
        )
        asked.append(Question(rule, when(passes), said, {"reason": third.reason, "refused": refused}))
    if not reasons:
        asked.append(own.ask(own.third_party_has_not_refused, not refused))
    asked.append(own.ask(own.pack_lets_ask_third_parties, bool(reasons or numbers)))
    if third.reason == "lost_contact":
        asked += [_lost(rule, facts, terms) for rule in terms.having("failed_calls_in_a_row")]
    asked += [_content(rule, third) for rule in terms.having("permitted_content")]
    asked += [_location(rule, third) for rule in terms.having("location_content")]
    asked += [_allowed(rule, third) for rule in terms.having("may_be_asked")]
    counter = Counter(Unit.THIRD_PARTY, Kind.CONNECTED, None, channel=None)
    asked += [limit(rule, counter, _most(rule.of("contacts_per_third_party"), third), facts) for rule in numbers]
    return asked


def _most(most: int, third: ThirdParty) -> int:
    """US-16: once more where the person asked for it; where nobody may be contacted at all, not even then."""
    return most + int(third.invited) if most else most


def _content(rule: RuleTerms, third: ThirdParty) -> Question:
    """CN-06: only contact details or a message to pass on, unless that person offers to pay."""
    passes = third.volunteers or third.content in rule.values["permitted_content"]
    said = f"Content: {third.content or 'not said'}.", f"内容：{third.content or '未说明'}。"
    return Question(rule, when(passes), said, {"content": third.content, "volunteers": third.volunteers})


def _location(rule: RuleTerms, third: ThirdParty) -> Question:
    """US-16: where the debtor is and nothing else, whatever that person offers."""
    passes = third.content is None or third.content in rule.values["location_content"]
    said = f"Content: {third.content or 'not said'}.", f"内容：{third.content or '未说明'}。"
    return Question(rule, when(passes), said, {"content": third.content})


def _allowed(rule: RuleTerms, third: ThirdParty) -> Question:
    return Question(rule, when(third.role in rule.values["may_be_asked"]), facts={"role": third.role})


def _representation(facts: ContactFacts, terms: GuardTerms) -> list[Question]:
    """US-08: who has an attorney is contacted through the attorney, until that one has not answered for too long."""
    speaks = facts.represented
    if speaks is None or facts.message_class in (MessageClass.REPLY, MessageClass.STATUTORY_NOTICE):
        return []
    asked = []
    for rule in terms.having("attorney_answers_within_days"):
        days = rule.values["attorney_answers_within_days"]
        start = None if speaks.asked_on is None else over_everywhere(speaks.asked_on, days, facts.zones)
        said = (
            f"The attorney was written to on {speaks.asked_on or 'no day'} and has {days} days.",
            f"于{speaks.asked_on or '（无）'}致函律师，期限{days}天。",
        )
        opens = when(True) if speaks.agrees_to_contact else not_before(start)
        asked.append(Question(rule, opens, said, {"asked_on": speaks.asked_on, "answer_days": days}))
    return asked


def _lost(rule: RuleTerms, facts: ContactFacts, terms: GuardTerms) -> Question:
    """CN-05: the debtor counts as lost, from the next day on, until reached again."""
    start = lost_from(rule, facts, terms)
    since = "no day" if start is None else f"{start:%Y-%m-%d %H:%M}Z"
    said = f"Lost from {since} on.", f"失联起算：{'未满足条件' if start is None else since}。"
    return Question(rule, not_before(start), said, {"lost_from": start})


def lost_from(rule: RuleTerms, facts: ContactFacts, terms: GuardTerms) -> datetime | None:
    """From when on the debtor counts as lost; None when that cannot be said (HOUSE-06).

    A call at an hour at which nobody may be called is no valid attempt.
    """
    ours = sorted((one for one in facts.history if not one.somebody_else and not one.third_party), key=_at)
    tried: list[Contact] = []
    for one in ours:
        if one.by_borrower or is_of_kind(one, Kind.CONNECTED):
            tried = []
        elif one.channel is Channel.VOICE and one.outcome is not None and is_of_kind(one, Kind.ATTEMPT):
            if within_hours(one.at, facts, terms):
                tried.append(one)
    starts = []
    if tried and all(one.outcome == "NOT_IN_SERVICE" for one in tried[-1:]):
        starts.append(tried[-1].at)
    wait = timedelta(days=rule.values["holds_from_next_days"])
    failed = rule.values["failed_calls_in_a_row"]
    days = sorted({max(local_day(one.at, zone) for zone in facts.zones) for one in tried})
    if len(tried) >= failed:
        last = max(local_day(tried[failed - 1].at, zone) for zone in facts.zones)
        starts.append(begins_everywhere(last + wait, facts.zones))
    row = rule.values["unreached_days_in_a_row"]
    for k in range(len(days) - row + 1):
        if days[k + row - 1] - days[k] == timedelta(days=row - 1):
            starts.append(begins_everywhere(days[k + row - 1] + wait, facts.zones))
            break
    return min(starts, default=None)


def _at(one: Contact) -> datetime:
    return one.at
