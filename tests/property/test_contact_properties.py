"""No history, concurrency or order of events exceeds a cap or leaves the hours.

People and machines ask at once, keep their permits for a while, call or not, and say late what came of it; borrowers
call by themselves. An audit that shares nothing with the guard then looks at all that was done. A guard that is naive
in one way at a time is caught by the same test.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from services.contact.domain.guard.facts import Contact, ContactFacts
from tests.property.contact_office import SPOKEN, STARTS, ZONES, Guard, Office, busy, guard, play, steps


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


def assert_within_caps_and_hours(which: Guard, examples: int) -> None:
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
    assert_within_caps_and_hours(guard, 400)


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
        assert_within_caps_and_hours(naive, 250)
