"""Replies, and calls that were agreed: each answers something, and only that."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from services.contact.domain.guard.decision import Permit
from services.contact.domain.guard.facts import CallBack, HoldFact
from services.contact.domain.vocabulary import Channel, MessageClass
from tests.unit.guard.asking import NUMBER, at, call, permitted, refused, verdict_of

REPLY: dict[str, Any] = {"message_class": MessageClass.REPLY}
FRESH = replace(NUMBER, confirmed_on=date(2026, 5, 20))
SPOKEN = (call("us", "2026-04-03 12:00", "RPC_CALLBACK_AGREED"),)


def agreed(pack: str, given: str, wanted: str | None) -> tuple[CallBack, ...]:
    return (CallBack(at(pack, given), None if wanted is None else at(pack, wanted)),)


@pytest.mark.rule("US-04", "US-05", "HOUSE-12")
@pytest.mark.parametrize(
    ("text", "covered"),
    [
        ("2026-04-06 14:19:59", False),
        ("2026-04-06 14:20", True),
        ("2026-04-06 15:29:59", True),
        ("2026-04-06 15:30", False),
        ("2026-04-07 14:30", False),
    ],
)
def test_a_call_back_is_agreed_for_its_hour_and_no_other(text: str, covered: bool) -> None:
    facts: dict[str, Any] = {
        "history": SPOKEN,
        "callback_agreed": agreed("us", "2026-04-03 12:00", "2026-04-06 14:30"),
    }
    if covered:
        assert isinstance(permitted("us", text, **facts), Permit)
    else:
        assert refused("us", text, **facts).rules == ("US-05",)


@pytest.mark.rule("US-05", "HOUSE-12")
def test_who_calls_too_early_is_told_the_hour_that_was_agreed() -> None:
    wanted = agreed("us", "2026-04-03 12:00", "2026-04-06 14:30")
    early = refused("us", "2026-04-06 09:00", history=SPOKEN, callback_agreed=wanted)
    assert early.earliest == at("us", "2026-04-06 14:20")
    late = refused("us", "2026-04-06 16:00", history=SPOKEN, callback_agreed=wanted)
    assert late.earliest == at("us", "2026-04-10 08:00"), "the wait after the conversation, day one its own"


@pytest.mark.rule("US-05")
def test_a_consent_that_was_taken_back_covers_nothing_whatever_the_outcome_says() -> None:
    assert isinstance(permitted("us", "2026-04-06 12:00", history=SPOKEN), Permit), "only the outcome tells of it"
    assert refused("us", "2026-04-06 12:00", history=SPOKEN, callback_agreed=()).rules == ("US-05",)


@pytest.mark.rule("US-04", "HOUSE-12")
def test_only_calls_made_at_the_agreed_hour_are_left_out_of_the_count() -> None:
    """Seven calls count; one of them, at the hour that was agreed, does not."""
    made = tuple(call("us", f"2026-04-{day:02} 12:00") for day in range(4, 11))
    for hour, counts in (("12:05", False), ("18:00", True)):
        consent = agreed("us", "2026-04-04 09:00", f"2026-04-07 {hour}")
        facts: dict[str, Any] = {"history": made, "callback_agreed": consent}
        if counts:
            assert refused("us", "2026-04-10 20:00", **facts).rules == ("US-04",)
        else:
            assert isinstance(permitted("us", "2026-04-10 20:00", **facts), Permit)


@pytest.mark.rule("US-05")
def test_the_latest_consent_is_the_one_that_counts() -> None:
    first = agreed("us", "2026-04-03 12:00", "2026-04-06 10:00")
    moved = (*first, *agreed("us", "2026-04-05 12:00", "2026-04-06 18:00"))
    assert isinstance(permitted("us", "2026-04-06 10:00", history=SPOKEN, callback_agreed=first), Permit)
    assert refused("us", "2026-04-06 10:00", history=SPOKEN, callback_agreed=moved).earliest == at(
        "us", "2026-04-06 17:50"
    )


@pytest.mark.rule("REPLY-01", "HOUSE-12")
def test_a_call_is_a_reply_at_the_hour_at_which_it_was_agreed() -> None:
    wanted = agreed("cn", "2026-06-01 09:00", "2026-06-01 12:00")
    hold = (HoldFact("h1", ("demand_call",)),)
    assert isinstance(permitted("cn", "2026-06-01 12:00", holds=hold, callback_agreed=wanted, **REPLY), Permit)
    early = refused("cn", "2026-06-01 11:00", callback_agreed=wanted, **REPLY)
    assert early.rules == ("REPLY-01",) and early.earliest == at("cn", "2026-06-01 11:50")
    late = refused("cn", "2026-06-01 13:00", callback_agreed=wanted, **REPLY)
    assert late.rules == ("REPLY-01",) and late.earliest is None
    assert "2026-06-01 04:00Z" in verdict_of(late, "REPLY-01").reason
    assert refused("cn", **REPLY).rules == ("REPLY-01",)


@pytest.mark.rule("CN-01", "HOUSE-12")
def test_who_agreed_to_be_called_in_the_evening_agreed_to_that_hour() -> None:
    """For that call, until it was made, where consent lifts the night at all, and for no text."""
    wanted = agreed("cn", "2026-06-01 09:00", "2026-06-01 22:30")
    assert refused("cn", "2026-06-01 22:10", callback_agreed=wanted).earliest == at("cn", "2026-06-01 22:20")
    assert permitted("cn", "2026-06-01 22:30", callback_agreed=wanted).closes == at("cn", "2026-06-01 23:30")
    assert permitted("cn", "2026-06-01 21:00", callback_agreed=wanted).closes == at("cn", "2026-06-01 22:00")
    assert refused("cn", "2026-06-01 23:30", callback_agreed=wanted).earliest == at("cn", "2026-06-02 08:00")
    spoken = (call("cn", "2026-06-01 22:25", "RPC_PTP"),)
    assert refused("cn", "2026-06-01 22:40", callback_agreed=wanted, history=spoken).rules == ("CN-01",)
    assert refused("cn", "2026-06-01 22:30", callback_agreed=wanted, channel=Channel.SMS).rules == ("CN-01",)
    someday = (CallBack(at("cn", "2026-06-01 09:00")),)
    assert refused("cn", "2026-06-01 22:30", callback_agreed=someday).rules == ("CN-01",), "no hour was agreed"
    late = agreed("us", "2026-06-01 09:00", "2026-06-01 21:30")
    assert refused("us", "2026-06-01 21:30", callback_agreed=late).rules == ("US-01",), "no consent lifts that rule"


@pytest.mark.rule("REPLY-01")
@pytest.mark.parametrize("channel", [Channel.SMS, Channel.EMAIL, Channel.LETTER, Channel.PORTAL])
def test_a_written_reply_needs_something_to_answer(channel: Channel) -> None:
    """Nothing passes a hold or the night by being called a reply."""
    hold = (HoldFact("h1", ("demand_message",)),)
    facts: dict[str, Any] = {"channel": channel, "holds": hold, **REPLY}
    answer = refused("cn", **facts)
    assert answer.rules == ("REPLY-01",) and answer.earliest is None
    wrote = at("cn", "2026-06-01 11:00")
    assert isinstance(permitted("cn", inbound_at=wrote, **facts), Permit)
    assert refused("cn", inbound_at=wrote + timedelta(hours=2), **facts).rules == ("REPLY-01",), "not written yet"


@pytest.mark.rule("REPLY-01")
def test_a_visit_answers_no_consent_to_a_call() -> None:
    wanted = agreed("cn", "2026-06-01 09:00", "2026-06-01 12:00")
    assert "REPLY-01" in refused("cn", channel=Channel.VISIT, callback_agreed=wanted, **REPLY).rules


@pytest.mark.rule("US-01", "HOUSE-01")
@pytest.mark.parametrize("channel", [Channel.SMS, Channel.EMAIL, Channel.PUSH, Channel.PORTAL])
def test_american_hours_bind_every_electronic_medium_but_replies(channel: Channel) -> None:
    night = "2026-06-01 23:30"
    facts: dict[str, Any] = {"channel": channel, "says_opt_out": True, "number": FRESH}
    for kind in (MessageClass.STATUTORY_NOTICE, MessageClass.DEMAND):
        answer = refused("us", night, message_class=kind, **facts)
        assert answer.rules == ("US-01",) and answer.earliest == at("us", "2026-06-02 08:00")
    wrote = at("us", "2026-06-01 23:00")
    assert isinstance(permitted("us", night, inbound_at=wrote, **facts, **REPLY), Permit)
    assert isinstance(permitted("us", night, **facts | {"channel": Channel.LETTER}), Permit)
    assert isinstance(permitted("uk", "2026-06-01 23:30", **facts | {"channel": Channel.PORTAL}), Permit)
