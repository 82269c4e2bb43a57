"""Replies: free of hours, holds and counts only where there is something to answer."""

from __future__ import annotations

from services.contact.domain.guard import own
from services.contact.domain.guard.consents import Consents
from services.contact.domain.guard.facts import ContactFacts
from services.contact.domain.guard.questions import Question
from services.contact.domain.guard.terms import GuardTerms
from services.contact.domain.vocabulary import Channel, MessageClass


def reply_questions(facts: ContactFacts, terms: GuardTerms) -> list[Question]:
    """A reply answers a message of that person in this channel; a call may be the one that was agreed (HOUSE-12)."""
    if facts.message_class is not MessageClass.REPLY:
        return []
    inbound = facts.inbound_at is not None and facts.inbound_at <= facts.now
    if facts.channel is not Channel.VOICE or facts.third_party is not None:
        said = (f"Last message here: {facts.inbound_at or 'none'}.", f"该渠道最近来信：{facts.inbound_at or '无'}。")
        return [own.ask(own.something_is_answered, own.something_is_answered(inbound, False), said)]
    consents = Consents(facts, terms)
    days = min((one.values["consent_days"] for one in terms.having("consent_days")), default=None)
    agreed = consents.covers(facts.now, days)
    moments = ", ".join(f"{one.at:%Y-%m-%d %H:%M}Z" for one in facts.callbacks() if one.at is not None)
    said = (f"Agreed to be called: {moments or 'no moment'}.", f"约定回电时间：{moments or '无'}。")
    opens = None if inbound else lambda moment: consents.opens(moment, days)
    return [own.ask(own.something_is_answered, own.something_is_answered(inbound, agreed), said, opens, agreed=moments)]
