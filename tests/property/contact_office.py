"""People who call about debts under the permits of a guard, and what hypothesis lets happen to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from services.contact.domain.guard.decision import Permit, ask
from services.contact.domain.guard.facts import Contact, ContactFacts, NumberFact, Place
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
