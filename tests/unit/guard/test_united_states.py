"""The guard in the United States: hours, what a person asked for, numbers, texts and other persons."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest

from services.common.packs.vocabulary import Actor
from services.contact.domain.guard.decision import Permit
from services.contact.domain.guard.facts import Inconvenient, NumberFact, Place, Represented, ThirdParty
from services.contact.domain.vocabulary import Channel, MessageClass
from services.contact.domain.window import LocalHours
from tests.unit.guard.asking import asked, at, call, permitted, refused

FRESH = NumberFact("contract", "n1", confirmed_on=date(2026, 6, 1))


@pytest.mark.rule("US-01", "HOUSE-07")
def test_hours_are_eight_to_nine_where_the_person_may_be() -> None:
    assert refused("us", "2026-06-01 07:59").earliest == at("us", "2026-06-01 08:00")
    assert permitted("us", "2026-06-01 20:59").closes == at("us", "2026-06-01 21:00")
    zones = ("America/New_York", "America/Los_Angeles")
    assert refused("us", "2026-06-01 10:59", zones=zones).earliest == at("us", "2026-06-01 11:00")
    assert permitted("us", "2026-06-01 11:00", zones=zones).closes == at("us", "2026-06-01 21:00")


@pytest.mark.rule("US-02")
@pytest.mark.parametrize("channel", [Channel.SMS, Channel.EMAIL, Channel.PUSH])
def test_a_message_is_judged_when_it_is_sent(channel: Channel) -> None:
    fresh = NumberFact("contract", "n1", confirmed_on=date(2026, 6, 1))
    assert isinstance(permitted("us", "2026-06-01 20:59", channel=channel, number=fresh), Permit)
    assert refused("us", "2026-06-01 21:00", channel=channel, number=fresh).rules == ("US-01",)


@pytest.mark.rule("US-03")
def test_an_inconvenient_time_is_left_alone_and_one_reply_may_be_made() -> None:
    school = Inconvenient(LocalHours(time(15), time(17)), (1, 2, 3, 4, 5))
    answer = refused("us", "2026-06-01 15:30", inconvenient=(school,))
    assert answer.rules == ("US-03",) and answer.earliest == at("us", "2026-06-01 17:00")
    assert isinstance(permitted("us", "2026-06-06 15:30", inconvenient=(school,)), Permit), "a Saturday"
    reply: dict[str, Any] = {
        "channel": Channel.EMAIL, "message_class": MessageClass.REPLY, "inbound_at": at("us", "2026-06-01 15:10"),
        "inconvenient": (school,),
    }  # fmt: skip
    assert isinstance(permitted("us", "2026-06-01 15:30", **reply), Permit)
    sent = replace(call("us", "2026-06-01 15:20", "SENT"), channel=Channel.EMAIL)
    assert refused("us", "2026-06-01 15:30", **reply, history=(sent,)).rules == ("US-03",)


@pytest.mark.rule("PREF-01")
def test_elsewhere_the_house_keeps_them_too() -> None:
    lunch = Inconvenient(LocalHours(time(12), time(13)))
    answer = refused("cn", "2026-06-01 12:30", inconvenient=(lunch,))
    assert answer.rules == ("PREF-01",) and answer.earliest == at("cn", "2026-06-01 13:00")


@pytest.mark.rule("US-08")
def test_who_has_an_attorney_is_reached_through_the_attorney() -> None:
    assert refused("us", represented=Represented()).rules == ("US-08",)
    asked_on = Represented(date(2026, 5, 1))
    # The day of asking is day 0 and the thirtieth the last.
    assert refused("us", "2026-05-31 12:00", represented=asked_on).earliest == at("us", "2026-06-01 08:00")
    assert isinstance(permitted("us", "2026-06-01 08:00", represented=asked_on), Permit)
    assert isinstance(permitted("us", represented=Represented(agrees_to_contact=True)), Permit)


@pytest.mark.rule("US-09")
def test_nobody_is_called_at_work_where_that_is_forbidden() -> None:
    work = NumberFact("contract", "n1", Place.WORK)
    assert isinstance(permitted("us", number=work), Permit)
    assert refused("us", number=work, work_forbidden=True).rules == ("US-09",)
    assert "US-09" in refused("us", number=work, channel=Channel.EMAIL).rules


@pytest.mark.rule("US-11")
def test_a_way_that_was_stopped_is_not_used_but_for_a_reply() -> None:
    stopped = (Channel.VOICE,)
    assert refused("us", stopped_channels=stopped).rules == ("US-11",)
    reply = {"message_class": MessageClass.REPLY, "inbound_at": at("us", "2026-06-01 11:00")}
    assert isinstance(permitted("us", stopped_channels=stopped, **reply), Permit)
    assert refused("cn", stopped_channels=stopped).rules == ("PREF-02",)


@pytest.mark.rule("US-12")
def test_a_text_says_how_to_opt_out() -> None:
    fresh = NumberFact("contract", "n1", confirmed_on=date(2026, 6, 1))
    text: dict[str, Any] = {"channel": Channel.SMS, "number": fresh}
    assert refused("us", **text, says_opt_out=False).rules == ("US-12",)
    assert isinstance(permitted("us", **text, says_opt_out=True), Permit)


@pytest.mark.rule("US-13")
@pytest.mark.parametrize(("confirmed", "passes"), [(date(2026, 4, 2), True), (date(2026, 4, 1), False), (None, False)])
def test_a_number_for_texts_is_sixty_days_fresh(confirmed: date | None, passes: bool) -> None:
    number = NumberFact("contract", "n1", confirmed_on=confirmed)
    answer = asked("us", "2026-06-01 12:00", channel=Channel.SMS, number=number)
    assert isinstance(answer, Permit) is passes


@pytest.mark.rule("US-14")
def test_an_address_that_was_handed_over_waits_for_the_days_to_opt_out() -> None:
    address = NumberFact("contract", "n1", handed_over=True, notice_on=date(2026, 5, 1))
    answer = refused("us", "2026-06-01 12:00", channel=Channel.EMAIL, number=address)
    assert answer.rules == ("US-14",) and answer.earliest == at("us", "2026-06-06 08:00")
    never = replace(address, notice_on=None)
    assert refused("us", "2026-06-01 12:00", channel=Channel.EMAIL, number=never).earliest is None


@pytest.mark.rule("US-15")
def test_a_voicemail_says_what_it_must_and_no_more() -> None:
    items = ("neutral_business_name", "request_to_reply", "contact_person", "number")
    assert isinstance(permitted("us", voicemail=(*items, "greeting")), Permit)
    assert refused("us", voicemail=items[1:]).rules == ("US-15",)
    assert refused("us", voicemail=(*items, "amount")).rules == ("US-15",)


@pytest.mark.rule("US-16")
def test_a_third_party_is_asked_once() -> None:
    friend = ThirdParty("t1", "contact_person")
    before = (call("us", "2026-05-01 12:00", "THIRD_PARTY_MESSAGE", third_party="t1"),)
    assert isinstance(permitted("us", third_party=friend), Permit)
    again = refused("us", third_party=friend, history=before)
    assert again.rules == ("US-16",) and again.earliest is None
    assert isinstance(permitted("us", third_party=replace(friend, invited=True), history=before), Permit)
    assert isinstance(permitted("us", third_party=replace(friend, ref="t2"), history=before), Permit)


@pytest.mark.rule("US-16")
def test_a_third_party_is_asked_where_somebody_is_and_nothing_else() -> None:
    friend = ThirdParty("t1", "contact_person", content="ask_contact_details")
    assert isinstance(permitted("us", third_party=friend), Permit)
    for content in ("ask_to_pay", "ask_to_pass_message"):
        asked_for = replace(friend, content=content)
        assert refused("us", third_party=asked_for).rules == ("US-16",)
        assert refused("us", third_party=replace(asked_for, volunteers=True)).rules == ("US-16",)


@pytest.mark.rule("US-25")
def test_an_oral_request_not_to_be_called_at_work_holds_ten_days() -> None:
    work = NumberFact("contract", "n1", Place.WORK)
    answer = refused("us-ma", "2026-04-10 12:00", number=work, work_request_on=date(2026, 4, 1))
    assert answer.rules == ("US-25",) and answer.earliest == at("us-ma", "2026-04-12 08:00")


@pytest.mark.rule("US-00")
def test_who_collects_decides_whether_a_rule_binds() -> None:
    for actor in Actor:
        assert refused("us", "2026-06-01 22:00", actor=actor).rules == ("US-01",)
    assert refused("cn", "2026-06-01 23:00", actor=Actor.DEBT_BUYER).rules == ("HOUSE-11",)


@pytest.mark.rule("US-17")
def test_a_collector_says_so_and_a_lender_does_not() -> None:
    text: dict[str, Any] = {"channel": Channel.SMS, "number": FRESH, "says_opt_out": True}
    assert refused("us", **text, actor=Actor.AGENCY, says_collector=False).rules == ("US-17",)
    assert isinstance(permitted("us", **text, actor=Actor.AGENCY, says_collector=True), Permit)
    assert isinstance(permitted("us", **text, says_collector=False), Permit)


@pytest.mark.rule("US-20", "US-22")
def test_no_text_threatens_and_none_about_an_old_debt_speaks_of_suits() -> None:
    text: dict[str, Any] = {"channel": Channel.SMS, "number": FRESH, "says_opt_out": True}
    assert refused("us", **text, phrases=("arrest_or_crime",)).rules == ("US-22",)
    assert refused("us", **text, phrases=("legal_bluff",), time_barred=True).rules == ("US-22", "US-20")
    assert isinstance(permitted("us", **text, phrases=("jargon",), time_barred=True), Permit)


@pytest.mark.rule("US-31b")
@pytest.mark.parametrize(("day", "rules"), [("2027-01-30", ()), ("2027-01-31", ("US-31b",))])
def test_from_its_first_day_one_revocation_stops_texts_too(day: str, rules: tuple[str, ...]) -> None:
    number = NumberFact("contract", "n1", confirmed_on=date(2027, 1, 20))
    facts: dict[str, Any] = {"stopped_channels": (Channel.VOICE,), "says_opt_out": True, "number": number}
    answer = asked("us", f"{day} 12:00", channel=Channel.SMS, **facts)
    assert getattr(answer, "rules", ()) == rules
    assert isinstance(permitted("us", f"{day} 12:00", **facts | {"channel": Channel.EMAIL}), Permit), "no text"
    written = facts | {"stopped_channels": (Channel.EMAIL,), "channel": Channel.SMS}
    assert isinstance(permitted("us", f"{day} 12:00", **written), Permit)
