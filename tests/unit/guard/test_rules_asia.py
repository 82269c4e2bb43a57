"""Hong Kong, Singapore and India, rule by rule."""

from typing import Any

import pytest

from services.contact.domain.guard.decision import Permit
from services.contact.domain.guard.facts import ThirdParty
from services.contact.domain.vocabulary import Channel
from tests.unit.guard.asking import asked, at, permitted, refused, verdict_of


@pytest.mark.rule("IN-01")
@pytest.mark.parametrize("channel", [Channel.VOICE, Channel.SMS, Channel.EMAIL, Channel.PUSH, Channel.VISIT])
@pytest.mark.parametrize(
    ("text", "earliest"),
    [
        ("2026-06-01 07:59:59", "2026-06-01 08:00"),
        ("2026-06-01 19:00", "2026-06-02 08:00"),
        ("2026-08-15 19:00", "2026-08-16 08:00"),  # a holiday and a Sunday have the same hours
    ],
)
def test_nobody_in_india_is_contacted_before_eight_or_from_seven_on(channel: Channel, text: str, earliest: str) -> None:
    answer = refused("in", text, channel=channel)
    assert answer.rules == ("IN-01",) and answer.earliest == at("in", earliest)
    assert verdict_of(answer, "IN-01").strength == "must"
    assert isinstance(permitted("in", earliest, channel=channel), Permit)
    assert isinstance(permitted("in", "2026-06-01 18:59:59", channel=channel), Permit)


@pytest.mark.rule("IN-01")
def test_the_hours_of_india_are_half_an_hour_off_the_whole_one() -> None:
    assert str(permitted("in", "2026-06-01 08:00").facts.now) == "2026-06-01 02:30:00+00:00"
    # Who may be in India and in London is called while both are awake: from half past twelve to seven in Delhi.
    both = ("Asia/Kolkata", "Europe/London")
    assert refused("in", "2026-06-01 12:29", zones=both).rules == ("IN-01",)
    assert isinstance(permitted("in", "2026-06-01 12:30", zones=both), Permit)


@pytest.mark.rule("IN-01")
@pytest.mark.parametrize("role", ["relative", "contact_person", "employer"])
def test_relatives_friends_and_referees_are_left_alone(role: str) -> None:
    third: dict[str, Any] = {"third_party": ThirdParty("t1", role, "lost_contact", invited=True)}
    assert "IN-01" in refused("in", **third).rules
    assert isinstance(permitted("in", third_party=ThirdParty("t1", "guarantor")), Permit)


@pytest.mark.rule("HK-01")
@pytest.mark.parametrize(
    ("text", "phrases", "refuses"),
    [
        ("2026-06-01 12:00", ("push_to_borrow_or_sell",), True),
        ("2026-06-01 12:00", ("jargon",), False),
        ("2025-11-21 12:00", ("push_to_borrow_or_sell",), True),
    ],
)
def test_nobody_in_hong_kong_is_told_to_move_the_balance(text: str, phrases: tuple[str, ...], refuses: bool) -> None:
    answer = asked("hk", text, channel=Channel.SMS, phrases=phrases)
    assert isinstance(answer, Permit) is not refuses
    if refuses:
        assert verdict_of(answer, "HK-01").passed is False
