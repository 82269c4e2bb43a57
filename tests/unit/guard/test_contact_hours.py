"""The hours of contact: when a day is open, where, and which contacts they bind."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest

from services.contact.domain.guard.decision import Permit, Refusal, ask
from services.contact.domain.vocabulary import Channel, MessageClass
from services.contact.domain.window import LocalHours
from tests.unit.guard.asking import LETTER, PACKS, at, facts_of, permitted, refused, verdict_of

HOUR = timedelta(hours=1)


@pytest.mark.rule("CN-01", "HOUSE-07")
@pytest.mark.parametrize("text", ["2026-06-01 08:00", "2026-06-01 21:59:59"])
def test_the_day_is_open_from_its_first_minute(text: str) -> None:
    permit = permitted("cn", text)
    assert permit.closes == at("cn", "2026-06-01 22:00")


@pytest.mark.rule("CN-01")
@pytest.mark.parametrize(
    ("text", "day"), [("2026-06-01 07:59:59", 1), ("2026-06-01 22:00", 2), ("2026-06-01 00:00", 1)]
)
def test_the_night_is_closed_from_its_first_minute(text: str, day: int) -> None:
    answer = refused("cn", text)
    assert answer.rules == ("CN-01",)
    assert answer.earliest == at("cn", f"2026-06-0{day} 08:00")
    assert verdict_of(answer, "CN-01").reason == f"Local time {text[11:16]} (Asia/Shanghai); hours 08:00-22:00."


@pytest.mark.rule("CN-01", "HOUSE-07")
def test_hours_hold_in_every_place_the_borrower_may_be() -> None:
    zones = ("Asia/Shanghai", "America/New_York")
    # 12:00 in Shanghai is 00:00 in New York; 20:00 is 08:00.
    assert refused(zones=zones).earliest == at("cn", "2026-06-01 20:00")
    assert isinstance(permitted("cn", "2026-06-01 20:00", zones=zones), Permit)


@pytest.mark.rule("CN-01")
def test_agreed_hours_open_the_night() -> None:
    agreed = (LocalHours(time(22), time(23)),)
    assert isinstance(permitted("cn", "2026-06-01 22:30", agreed_hours=agreed), Permit)
    assert refused("cn", "2026-06-01 23:00", agreed_hours=agreed).earliest == at("cn", "2026-06-02 08:00")


@pytest.mark.rule("CN-01", "HOUSE-01")
@pytest.mark.parametrize("message_class", [MessageClass.REPLY, MessageClass.STATUTORY_NOTICE])
def test_notices_and_fresh_replies_are_free_of_hours(message_class: MessageClass) -> None:
    inbound = at("cn", "2026-06-01 00:01")
    facts: dict[str, Any] = {"channel": Channel.SMS, "message_class": message_class, "inbound_at": inbound}
    assert isinstance(permitted("cn", "2026-06-01 23:00", **facts), Permit)


@pytest.mark.rule("HOUSE-01")
@pytest.mark.parametrize("channel", [Channel.LETTER, Channel.PORTAL])
def test_letters_and_the_portal_have_no_hours(channel: Channel) -> None:
    whole = tuple(LETTER)
    assert isinstance(permitted("cn", "2026-06-01 23:00", channel=channel, letter_contents=whole), Permit)


@pytest.mark.rule("CN-01", "HOUSE-01")
def test_a_reply_after_a_day_is_bound_again() -> None:
    inbound = at("cn", "2026-05-31 23:00")
    facts: dict[str, Any] = {"channel": Channel.SMS, "message_class": MessageClass.REPLY, "inbound_at": inbound}
    assert refused("cn", "2026-06-01 23:00", **facts).rules == ("CN-01",)
    assert permitted("cn", "2026-06-01 22:59", **facts).closes == inbound + 24 * HOUR


@pytest.mark.rule("ZONE-01")
def test_without_a_zone_nobody_is_contacted() -> None:
    answer = refused(zones=())
    assert answer.rules == ("ZONE-01",) and answer.earliest is None


@pytest.mark.rule("HOUSE-11")
@pytest.mark.parametrize("pack", ["sg", "hk", "eu"])
def test_packs_without_hours_have_those_of_the_house(pack: str) -> None:
    answer = refused(pack, "2026-06-01 21:00")
    assert answer.rules == ("HOUSE-11",) and answer.earliest == at(pack, "2026-06-02 08:00")
    assert verdict_of(answer, "HOUSE-11").strength == "presumption"
    assert isinstance(permitted(pack, "2026-06-01 08:00"), Permit)
    assert isinstance(permitted(pack, "2026-06-01 23:00", channel=Channel.LETTER), Permit)
    assert "HOUSE-11" not in {one.rule for one in permitted((pack, "uk")).verdicts}, "only where no pack has any"


@pytest.mark.rule("PACK-02")
def test_without_any_hours_nobody_is_contacted_in_bound_ways() -> None:
    facts = facts_of("hk")
    terms = PACKS.terms(("hk",), facts.now.date(), facts.channel)
    bare = replace(terms, rules=tuple(rule for rule in terms.rules if rule.id != "HOUSE-11"))
    answer = ask(facts, bare)
    assert isinstance(answer, Refusal) and answer.rules == ("PACK-02",) and answer.earliest is None
    assert isinstance(ask(facts, terms), Permit)
