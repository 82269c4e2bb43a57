"""The guard against an independent oracle, at every hour around changes of clocks and year ends, in mixes of zones.

The oracle looks at what a clock on the wall shows in each zone and knows nothing of how the guard finds its spans. Its
hours are written out here once more, so that a slip in a pack is a difference too.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from services.contact.domain.guard.decision import Permit, ask
from services.contact.domain.guard.facts import ContactFacts, NumberFact
from services.contact.domain.vocabulary import Channel, MessageClass
from services.contact.policies import Policies

PACKS = Policies.load().packs
MINUTE = timedelta(minutes=1)
EVERY = timedelta(minutes=17)
YEARS = (2025, 2026)
#: Years of which the official holidays of Australia are known.
LISTED = (2025, 2026, 2027)
MIXES = (
    ("Asia/Shanghai",), ("America/New_York",), ("Europe/London",), ("Australia/Sydney",), ("Asia/Kolkata",),
    ("Australia/Lord_Howe",), ("America/St_Johns",), ("Pacific/Chatham",), ("Pacific/Easter",), ("America/Nuuk",),
    ("Africa/Cairo",), ("Atlantic/Azores",), ("America/New_York", "America/Los_Angeles"),
    ("America/New_York", "Pacific/Honolulu"), ("Europe/London", "America/Santiago"),
    ("Australia/Brisbane", "Australia/Sydney", "Australia/Perth"), ("Asia/Shanghai", "America/New_York"),
    ("Asia/Kathmandu", "Pacific/Auckland"), ("Africa/Casablanca", "Europe/Berlin"),
    ("Pacific/Kiritimati", "Pacific/Pago_Pago"), ("America/Havana", "Asia/Beirut"),
)  # fmt: skip
AU_HOLIDAYS = {
    date(2025, 1, 1), date(2025, 1, 26), date(2025, 1, 27), date(2025, 4, 18), date(2025, 4, 21), date(2025, 4, 25),
    date(2025, 12, 25), date(2025, 12, 26), date(2026, 1, 1), date(2026, 1, 26), date(2026, 4, 3), date(2026, 4, 6),
    date(2026, 4, 25), date(2026, 4, 27), date(2026, 12, 25), date(2026, 12, 26), date(2026, 12, 28),
    date(2027, 1, 1), date(2027, 1, 26), date(2027, 3, 26), date(2027, 3, 29), date(2027, 4, 25), date(2027, 4, 26),
    date(2027, 12, 25), date(2027, 12, 26), date(2027, 12, 27), date(2027, 12, 28),
}  # fmt: skip


def permitted_there(pack: str, shown: datetime) -> bool:
    """Whether the pack permits contact while a clock shows this."""
    clock = shown.time()
    if pack == "cn":
        return time(8) <= clock < time(22)
    if pack == "in":
        return time(8) <= clock < time(19)
    if pack == "au":
        if shown.year not in LISTED or shown.date() in AU_HOLIDAYS:
            return False
        return (time(9) if shown.weekday() >= 5 else time(7, 30)) <= clock < time(21)
    return time(8) <= clock < time(21)


def oracle(packs: tuple[str, ...], zones: tuple[str, ...], now: datetime) -> bool:
    clocks = [now.astimezone(ZoneInfo(zone)) for zone in zones]
    return all(permitted_there(pack, shown) for pack in packs for shown in clocks)


@cache
def changes(zone: str) -> tuple[datetime, ...]:
    """The hours of two years in which the offset of a zone changes."""
    place = ZoneInfo(zone)
    hours = [datetime(YEARS[0], 1, 1, tzinfo=UTC) + k * timedelta(hours=1) for k in range(2 * 365 * 24)]
    offsets = [hour.astimezone(place).utcoffset() for hour in hours]
    return tuple(hour for hour, one, other in zip(hours, offsets, offsets[1:], strict=False) if one != other)


def instants(zones: tuple[str, ...]) -> Iterator[datetime]:
    """From a day and a half before to as long after every change of clocks and year's end of these zones."""
    ends = [datetime(year, 12, 31, 23, tzinfo=UTC) for year in (2024, *YEARS)]
    middles = {*ends, *(change for zone in zones for change in changes(zone))}
    for middle in sorted(middles):
        for k in range(-120, 121):
            yield middle + k * EVERY
        local = middle.astimezone(ZoneInfo(zones[0])).date()
        for hour in (time(7, 30), time(8), time(9), time(19), time(21), time(22)):
            edge = datetime.combine(local, hour, ZoneInfo(zones[0])).astimezone(UTC)
            yield from (edge - timedelta(seconds=1), edge, edge + timedelta(seconds=1))


def situation(zones: tuple[str, ...], now: datetime) -> ContactFacts:
    return ContactFacts(
        now=now, zones=zones, channel=Channel.EMAIL, message_class=MessageClass.DEMAND,
        number=NumberFact("contract", "n1"), names_institution=True, hold_copy_fresh=True,
    )  # fmt: skip


PACK_MIXES = (("cn",), ("us",), ("uk",), ("au",), ("in",), ("cn", "us-ma"), ("au", "in"))


def compared(packs: tuple[str, ...]) -> int:
    count = 0
    for zones in MIXES:
        for now in instants(zones):
            terms = PACKS.terms(packs, now.astimezone(ZoneInfo(zones[0])).date(), Channel.EMAIL)
            facts = situation(zones, now)
            if "au" in packs:
                facts = _with_calendars(facts, packs)
            answer = ask(facts, terms)
            expected = oracle(packs, zones, now)
            assert isinstance(answer, Permit) is expected, (packs, zones, now, answer)
            count += 1
            if not expected and count % 499 == 0:
                assert not isinstance(answer, Permit)
                assert answer.earliest == next_by_the_minute(packs, zones, now), (packs, zones, now)
    return count


def _with_calendars(facts: ContactFacts, packs: tuple[str, ...]) -> ContactFacts:
    calendars = PACKS.calendars(PACKS.terms(packs, facts.now.date(), facts.channel))
    return ContactFacts(
        facts.now, facts.zones, facts.channel, facts.message_class, facts.number, True, True, calendars=calendars
    )


def next_by_the_minute(packs: tuple[str, ...], zones: tuple[str, ...], now: datetime) -> datetime | None:
    """The first permitted minute of the next two weeks; None where there is none, or the lists do not reach so far."""
    if "au" in packs and any(now.astimezone(ZoneInfo(zone)).year not in LISTED for zone in zones):
        return None
    moment = now.replace(second=0, microsecond=0) + (MINUTE if now.second else timedelta(0))
    last = moment + timedelta(days=14)
    while moment < last:
        if oracle(packs, zones, moment):
            return moment
        moment += MINUTE
    return None


@pytest.mark.rule("HOUSE-07", "CN-01", "US-01", "UK-05", "AU-07", "IN-01", "US-25")
@pytest.mark.parametrize("packs", PACK_MIXES, ids="+".join)
def test_the_guard_keeps_the_hours_that_the_oracle_keeps(packs: tuple[str, ...]) -> None:
    assert compared(packs) > 35_000


def test_that_is_a_quarter_of_a_million_instants() -> None:
    assert len(PACK_MIXES) * sum(1 for zones in MIXES for _ in instants(zones)) > 250_000
