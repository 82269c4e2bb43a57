"""No history, concurrency or order of events exceeds a cap or leaves the hours, and a named next moment is a legal one.

People and machines ask at once, keep their permits for a while, call or not, and say late what came of it; borrowers
call by themselves. An audit that shares nothing with the guard then looks at all that was done. A guard that is naive
in one way at a time is caught by the same test.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from services.contact.domain.guard.decision import Permit, Refusal, ask
from services.contact.domain.guard.facts import Contact, ContactFacts, HoldFact, NumberFact, Place
from services.contact.domain.vocabulary import Channel, MessageClass
from services.contact.policies import Policies

PACKS = Policies.load().packs
LIFE = timedelta(minutes=15)
ZONES = {
    "cn": (("Asia/Shanghai",), ("Asia/Shanghai", "Asia/Urumqi")),
    "us": (("America/New_York",), ("America/New_York", "America/Los_Angeles")),
    "us-ma": (("America/New_York",), ("America/New_York", "America/Chicago")),
    "au": (("Australia/Sydney",), ("Australia/Sydney", "Australia/Perth")),
}
STARTS = (
    datetime(2026, 3, 6, 12, tzinfo=UTC),
    datetime(2026, 3, 30, 1, tzinfo=UTC),
    datetime(2026, 9, 30, 20, tzinfo=UTC),
)
OUTCOMES = ("NO_ANSWER", "BUSY", "VOICEMAIL_NONE", "UNVERIFIED_PARTY", "RPC_PTP", "RPC_REFUSED_TALK")
SPOKEN = {"RPC_PTP", "RPC_REFUSED_TALK"}
Guard = Callable[[ContactFacts, str], bool]


def guard(facts: ContactFacts, pack: str) -> bool:
    terms = PACKS.terms((pack,), facts.now.astimezone(ZoneInfo(facts.zones[0])).date(), facts.channel)
    return isinstance(ask(replace(facts, calendars=PACKS.calendars(terms)), terms), Permit)


@dataclass
class Office:
    """Several people who call about two debts of one debtor, on two numbers, under the permits of one guard."""

    pack: str
    zones: tuple[str, ...]
    now: datetime
    guard: Guard
    open: list[Contact] = field(default_factory=list)
    done: list[Contact] = field(default_factory=list)

    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        self.open = [one for one in self.open if one.until is not None and one.until > self.now]

    def ask(self, number: str, debt: str) -> None:
        facts = ContactFacts(
            now=self.now, zones=self.zones, channel=Channel.VOICE, message_class=MessageClass.DEMAND,
            number=NumberFact("contract", number, Place.MOBILE), names_institution=True, hold_copy_fresh=True,
            debt=debt, history=(*self.done, *self.open),
        )  # fmt: skip
        if self.guard(facts, self.pack):
            self.open.append(Contact(self.now, Channel.VOICE, None, number, (debt,), until=self.now + LIFE))

    def finish(self, which: int, outcome: str) -> None:
        if self.open:
            permit = self.open.pop(which % len(self.open))
            self.done.append(replace(permit, outcome=outcome, until=None))

    def borrower_calls(self, debt: str) -> None:
        self.done.append(Contact(self.now, Channel.VOICE, "RPC_PTP", None, (debt,), by_borrower=True))


steps = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.sampled_from([1, 5, 20, 119, 121, 400, 1440, 1700])),
        st.tuples(st.just("ask"), st.sampled_from(["n1", "n2"]), st.sampled_from(["d1", "d1", "d2"])),
        st.tuples(st.just("finish"), st.integers(0, 5), st.sampled_from(OUTCOMES)),
        st.tuples(st.just("borrower"), st.sampled_from(["d1", "d2"])),
    ),
    min_size=10,
    max_size=80,
)
# Days of many calls: asked and made at once, over and over.
busy = st.lists(
    st.tuples(st.sampled_from([1, 30, 121, 300, 1440]), st.sampled_from(["NO_ANSWER", "BUSY", "RPC_PTP"])),
    min_size=8,
    max_size=40,
)


def play(office: Office, events: Sequence[tuple[object, ...]]) -> Office:
    for kind, *rest in events:
        match kind, rest:
            case "wait", [int(minutes)]:
                office.wait(minutes)
            case "ask", [str(number), str(debt)]:
                office.ask(number, debt)
            case "finish", [int(which), str(outcome)]:
                office.finish(which, outcome)
            case "borrower", [str(debt)]:
                office.borrower_calls(debt)
    return office


# -- the audit: what a clock and a calendar on the wall say


def local(one: Contact, zone: str) -> datetime:
    return one.at.astimezone(ZoneInfo(zone))


def most_in(made: Sequence[Contact], zone: str, days: int) -> int:
    """The most contacts in so many local days in a row."""
    dates = [local(one, zone).date() for one in made]
    return max((sum(d <= other < d + timedelta(days=days) for other in dates) for d in dates), default=0)


def audit(office: Office) -> None:
    ours = [one for one in office.done if not one.by_borrower]
    rings = [one for one in ours if one.outcome != "BUSY"]
    spoken = [one for one in ours if one.outcome in SPOKEN]
    for zone in office.zones:
        assert all(_hours(office.pack, local(one, zone)) for one in ours)
        if office.pack == "cn":
            for number in ("n1", "n2"):
                assert most_in([one for one in ours if one.number == number], zone, 1) <= 6
            assert most_in(spoken, zone, 1) <= 3
        for debt in ("d1", "d2"):
            about = [one for one in ours if debt in one.debts]
            if office.pack in ("us", "us-ma"):
                counted = [one for one in rings if debt in one.debts]
                assert most_in(counted, zone, 7) <= 7 and most_in(counted, zone, 1) <= 2
                _waited(about, [one for one in office.done if one.outcome in SPOKEN and debt in one.debts], zone)
            if office.pack == "us-ma":
                assert most_in(about, zone, 7) <= 2
            if office.pack == "au":
                said = [one for one in spoken if debt in one.debts]
                assert most_in(said, zone, 7) <= 3 and most_in(said, zone, 30) <= 10


def _hours(pack: str, shown: datetime) -> bool:
    begins = time(8)
    if pack == "au":
        begins = time(9) if shown.weekday() > 4 else time(7, 30)
        if shown.date() in (date(2026, 4, 3), date(2026, 4, 6), date(2026, 4, 25), date(2026, 4, 27)):
            return False
    return begins <= shown.time() < (time(22) if pack == "cn" else time(21))


def _waited(calls: Sequence[Contact], spoken: Sequence[Contact], zone: str) -> None:
    """After a conversation nobody was let call for seven days, its own the first."""
    for talk in spoken:
        day = local(talk, zone).date()
        after = [one for one in calls if one.at > talk.at]
        assert all(local(one, zone).date() >= day + timedelta(days=7) for one in after)


def run(which: Guard, examples: int) -> None:
    """Look for a history in which the audit fails."""
    looking = settings(
        max_examples=examples, deadline=None, database=None, derandomize=True, report_multiple_bugs=False,
        phases=(Phase.generate,), suppress_health_check=list(HealthCheck),
    )  # fmt: skip

    @looking
    @given(st.sampled_from(sorted(ZONES)), st.integers(0, 1), st.sampled_from(STARTS), steps)
    def any_order(pack: str, mix: int, start: datetime, events: list[tuple[object, ...]]) -> None:
        audit(play(Office(pack, ZONES[pack][mix], start, which), events))

    @looking
    @given(st.sampled_from(sorted(ZONES)), st.sampled_from(STARTS), busy, st.integers(1, 4))
    def at_once(pack: str, start: datetime, days: list[tuple[int, str]], people: int) -> None:
        office = Office(pack, ZONES[pack][0], start, which)
        for minutes, outcome in days:
            office.wait(minutes)
            for _ in range(people):
                office.ask("n1", "d1")
            for _ in range(people):
                office.finish(0, outcome)
        audit(office)

    any_order()
    at_once()


@pytest.mark.rule("CN-01", "CN-02", "CN-03", "US-01", "US-04", "US-05", "US-25", "AU-07", "AU-08")
def test_no_history_exceeds_a_cap_or_leaves_the_hours() -> None:
    run(guard, 400)


def without_reservations(facts: ContactFacts, pack: str) -> bool:
    """Counts what was done and forgets who was just told that they may."""
    return guard(replace(facts, history=tuple(one for one in facts.history if one.outcome is not None)), pack)


def at_home_only(facts: ContactFacts, pack: str) -> bool:
    """Looks at the clock of one place."""
    return guard(replace(facts, zones=facts.zones[:1]), pack)


def by_24_hours(facts: ContactFacts, pack: str) -> bool:
    """Takes a day for 24 hours before now, so calls at both ends of a local day are not seen together."""
    recent = tuple(one for one in facts.history if one.at > facts.now - timedelta(hours=24))
    return guard(replace(facts, history=recent), pack)


def deaf_to_the_borrower(facts: ContactFacts, pack: str) -> bool:
    """Forgets conversations that the borrower began."""
    return guard(replace(facts, history=tuple(one for one in facts.history if not one.by_borrower)), pack)


@pytest.mark.parametrize("naive", [without_reservations, at_home_only, by_24_hours, deaf_to_the_borrower])
def test_a_naive_guard_is_caught(naive: Guard) -> None:
    with pytest.raises(AssertionError):
        run(naive, 250)


# -- the next legal moment

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
