"""The next legal moment that a refusal names is legal, and none before it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from services.contact.domain.guard.decision import Permit, Refusal, ask
from services.contact.domain.guard.facts import Contact, ContactFacts, HoldFact, NumberFact, Place
from services.contact.domain.vocabulary import Channel, MessageClass
from tests.property.contact_office import OUTCOMES, PACKS, STARTS, ZONES

MINUTES = st.integers(0, 60 * 24 * 40)
outcomes = st.sampled_from([*OUTCOMES, "RPC_CALLBACK_AGREED"])


@st.composite
def situations(draw: st.DrawFn) -> tuple[str, ContactFacts]:
    pack = draw(st.sampled_from(sorted(ZONES)))
    zones = draw(st.sampled_from([*ZONES[pack], ("Asia/Kolkata",), ("Europe/London", "Australia/Lord_Howe")]))
    now = STARTS[0] + timedelta(minutes=draw(MINUTES))
    history = tuple(
        Contact(now - timedelta(minutes=draw(MINUTES)), Channel.VOICE, draw(outcomes), "n1", ("d1",))
        for _ in range(draw(st.integers(0, 12)))
    )
    ends = st.none() | MINUTES.map(lambda minutes: now + timedelta(minutes=minutes + 1))
    holds = tuple(HoldFact("h", ("demand_call", "reminder"), draw(ends)) for _ in range(draw(st.integers(0, 2))))
    facts = ContactFacts(
        now=now, zones=zones, channel=draw(st.sampled_from([Channel.VOICE, Channel.EMAIL, Channel.LETTER])),
        message_class=draw(st.sampled_from(MessageClass)), number=NumberFact("contract", "n1", Place.MOBILE),
        names_institution=True, hold_copy_fresh=True, debt="d1", history=history, holds=holds,
        inbound_at=draw(st.none() | MINUTES.map(lambda minutes: now - timedelta(minutes=minutes))),
    )  # fmt: skip
    return pack, facts


def decided(pack: str, facts: ContactFacts) -> Permit | Refusal:
    terms = PACKS.terms((pack,), facts.now.astimezone(ZoneInfo(facts.zones[0])).date(), facts.channel)
    return ask(replace(facts, calendars=PACKS.calendars(terms)), terms)


def later(facts: ContactFacts, moment: datetime) -> ContactFacts:
    return replace(facts, now=moment, holds=tuple(h for h in facts.holds if h.ends_at is None or h.ends_at > moment))


@settings(max_examples=800, deadline=None)
@given(situations(), st.integers(1, 60 * 24 * 30))
def test_the_next_legal_moment_is_legal_and_none_before_it_is(asked: tuple[str, ContactFacts], minutes: int) -> None:
    pack, facts = asked
    answer = decided(pack, facts)
    if isinstance(answer, Permit):
        assert answer.closes is None or isinstance(
            decided(pack, later(facts, answer.closes - timedelta(seconds=1))), Permit
        )
        return
    then = facts.now + timedelta(minutes=minutes)
    if answer.earliest is None or then < answer.earliest:
        assert isinstance(decided(pack, later(facts, then)), Refusal)
    if answer.earliest is not None:
        assert answer.earliest > facts.now
        assert isinstance(decided(pack, later(facts, answer.earliest)), Permit)
        just_before = later(facts, answer.earliest - timedelta(seconds=1))
        assert isinstance(decided(pack, just_before), Refusal)
