"""Counts never exceed their caps under any history, and a named next moment is a legal one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.common.kernel.clock import local_day
from services.common.kernel.policy_file import load_dated
from services.contact.domain.guard import ContactFacts, HoldFact, Permit, Refusal, ask
from services.contact.domain.pack import ContactPack
from services.contact.domain.vocabulary import Channel, MessageClass

PACK = load_dated("services.contact", "cn", ContactPack)
START = datetime(2026, 3, 1, tzinfo=UTC)
instants = st.integers(0, 60 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes))
zones = st.lists(
    st.sampled_from(["Asia/Shanghai", "America/New_York", "Europe/London", "Australia/Lord_Howe", "Asia/Kolkata"]),
    min_size=1,
    max_size=3,
    unique=True,
).map(tuple)
facts = st.builds(
    ContactFacts,
    now=instants,
    zones=zones,
    channel=st.sampled_from(Channel),
    message_class=st.sampled_from(MessageClass),
    provenance=st.just("contract"),
    names_institution=st.just(True),
    hold_copy_fresh=st.just(True),
    attempts_today=st.integers(0, 8),
    effective_calls_today=st.integers(0, 5),
    holds=st.lists(
        st.builds(HoldFact, st.just("h"), st.just(frozenset({"demand_call", "reminder"})), st.none() | instants),
        max_size=2,
    ).map(tuple),
    inbound_at=st.none() | instants,
)


def answer(asked: ContactFacts) -> Permit | Refusal:
    return ask(asked, "cn", PACK.on(asked.now.date()))


@given(facts)
def test_the_next_legal_moment_is_legal_when_it_comes(asked: ContactFacts) -> None:
    refusal = answer(asked)
    if isinstance(refusal, Permit) or refusal.earliest is None:
        return
    then = refusal.earliest
    assert then >= asked.now
    new_day = all(local_day(then, zone) != local_day(asked.now, zone) for zone in asked.zones)
    later = replace(
        asked,
        now=then,
        holds=tuple(h for h in asked.holds if h.ends_at is None or h.ends_at > then),
        attempts_today=0 if new_day else asked.attempts_today,
        effective_calls_today=0 if new_day else asked.effective_calls_today,
    )
    assert isinstance(answer(later), Permit)


@given(st.lists(st.tuples(st.integers(0, 90), st.booleans()), max_size=80))
def test_no_history_of_calls_exceeds_the_caps(steps: list[tuple[int, bool]]) -> None:
    """One number, one debtor; each step waits some minutes, asks, and if permitted dials (and may be answered)."""
    now = START + timedelta(hours=2)
    dialled: list[datetime] = []
    spoken: list[datetime] = []
    for minutes, answered in steps:
        now += timedelta(minutes=minutes)
        today = local_day(now, "Asia/Shanghai")
        asked = ContactFacts(
            now=now, zones=("Asia/Shanghai",), channel=Channel.VOICE, message_class=MessageClass.DEMAND,
            provenance="contract", names_institution=True, hold_copy_fresh=True,
            attempts_today=sum(local_day(t, "Asia/Shanghai") == today for t in dialled),
            effective_calls_today=sum(local_day(t, "Asia/Shanghai") == today for t in spoken),
        )  # fmt: skip
        if isinstance(answer(asked), Permit):
            dialled.append(now)
            spoken += [now] if answered else []
    for calls, cap in ((dialled, 6), (spoken, 3)):
        per_day = [local_day(t, "Asia/Shanghai") for t in calls]
        assert all(per_day.count(day) <= cap for day in per_day)
    assert all(8 <= (t + timedelta(hours=8)).hour < 22 for t in dialled)
