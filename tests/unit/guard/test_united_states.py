"""The guard in the United States: calls about a debt, what a person asked for, numbers, and Massachusetts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest

from services.common.packs.vocabulary import Actor
from services.contact.domain.call_frequency import CallHistory, CooldownTerms, FrequencyTerms, call_frequency
from services.contact.domain.guard.decision import Permit
from services.contact.domain.guard.facts import Inconvenient, NumberFact, Place, Represented, ThirdParty
from services.contact.domain.vocabulary import Channel, MessageClass
from services.contact.domain.window import LocalHours
from tests.unit.guard.asking import asked, at, call, calls, permitted, refused, verdict_of

DAY = timedelta(days=1)
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


@pytest.mark.rule("US-04")
def test_the_eighth_call_in_seven_days_waits_until_the_first_is_a_week_old() -> None:
    seven = calls("us", "2026-04-01 10:00", 7, DAY)
    # One a day from the first to the seventh: on the eighth day the first is no longer in the window.
    assert isinstance(permitted("us", "2026-04-08 10:00", history=seven), Permit)
    again = calls("us", "2026-04-02 10:00", 7, timedelta(hours=20))
    answer = refused("us", "2026-04-08 12:00", history=again)
    assert answer.rules == ("US-04",)
    assert answer.earliest == at("us", "2026-04-09 08:00"), "the first of the window was on the second"
    verdict = verdict_of(answer, "US-04")
    assert "Rings of this debt in 7 days: 7, at most 7." in verdict.reason and "上限7次" in verdict.reason_zh
    assert verdict.strength == "presumption" and verdict.facts["rings_per_debt_in_7_days"] == 7


@pytest.mark.rule("US-04", "US-06")
def test_busy_lines_and_other_debts_do_not_count() -> None:
    again = calls("us", "2026-04-02 10:00", 7, timedelta(hours=20))
    busy = (*again[1:], replace(again[0], outcome="BUSY"))
    assert isinstance(permitted("us", "2026-04-08 12:00", history=busy), Permit)
    other = (*again[1:], replace(again[0], debts=("d2",)))
    assert isinstance(permitted("us", "2026-04-08 12:00", history=other), Permit)
    reserved = (*again[1:], replace(again[0], outcome=None, until=at("us", "2026-04-02 10:15")))
    assert "US-04" in refused("us", "2026-04-08 12:00", history=reserved).rules


@pytest.mark.rule("US-04")
def test_calls_are_two_hours_apart_and_two_a_day() -> None:
    one = (call("us", "2026-04-08 10:00"),)
    answer = refused("us", "2026-04-08 11:59", history=one)
    assert answer.rules == ("US-04",) and answer.earliest == at("us", "2026-04-08 12:00")
    two = (*one, call("us", "2026-04-08 12:00"))
    assert refused("us", "2026-04-08 15:00", history=two).earliest == at("us", "2026-04-09 08:00")


@pytest.mark.rule("US-05")
def test_after_a_conversation_the_day_of_it_is_the_first_of_seven() -> None:
    # A conversation on the 14th: nobody calls before the 21st.
    spoken = (call("us", "2026-08-14 12:00", "RPC_REQUEST_RELIEF"),)
    answer = refused("us", "2026-08-20 12:00", history=spoken)
    assert answer.rules == ("US-05",) and answer.earliest == at("us", "2026-08-21 08:00")
    assert isinstance(permitted("us", "2026-08-21 08:00", history=spoken), Permit)
    # Begun by the person on the 13th: not before the 20th.
    begun = (call("us", "2026-08-13 12:00", "RPC_REQUEST_RELIEF", by_borrower=True),)
    assert refused("us", "2026-08-19 12:00", history=begun).earliest == at("us", "2026-08-20 08:00")
    other = (call("us", "2026-08-14 12:00", "RPC_PTP", debts=("d2",)),)
    assert isinstance(permitted("us", "2026-08-15 12:00", history=other), Permit)
    both = (call("us", "2026-08-14 12:00", "RPC_PTP", debts=("d2", "d1")),)
    assert refused("us", "2026-08-15 12:00", history=both).rules == ("US-05",)


@pytest.mark.rule("US-05")
def test_a_permit_that_may_become_a_conversation_is_waited_for() -> None:
    until = at("us", "2026-08-14 12:15")
    waiting = (call("us", "2026-08-14 12:00", None, until=until),)
    answer = refused("us", "2026-08-14 12:10", history=waiting)
    assert set(answer.rules) == {"US-04", "US-05"} and answer.earliest == at("us", "2026-08-14 14:00")


@pytest.mark.rule("US-04", "US-05")
def test_call_me_back_is_consent_until_the_next_conversation() -> None:
    agreed = (call("us", "2026-04-03 12:00", "RPC_CALLBACK_AGREED"),)
    assert isinstance(permitted("us", "2026-04-06 12:00", history=agreed), Permit)
    assert refused("us", "2026-04-10 12:00", history=(*agreed, call("us", "2026-04-06 12:00", "RPC_PTP"))).rules == (
        "US-05",
    )
    many = (*agreed, *calls("us", "2026-04-03 14:00", 7, timedelta(hours=3)))
    assert isinstance(permitted("us", "2026-04-05 12:00", history=many), Permit)
    later = (*calls("us", "2026-04-05 10:00", 7, timedelta(hours=20)), *agreed)
    assert isinstance(permitted("us", "2026-04-11 12:00", history=later), Permit), "made within the consent"


@pytest.mark.rule("US-07")
def test_calls_to_a_number_of_somebody_else_were_no_calls_to_this_person() -> None:
    strangers = calls("us", "2026-04-02 10:00", 7, timedelta(hours=20))
    wrong = (
        *(replace(one, number="w") for one in strangers),
        call("us", "2026-04-07 21:00", "WRONG_NUMBER", number="w"),
    )
    assert isinstance(permitted("us", "2026-04-08 12:00", history=wrong), Permit)
    assert refused("us", number=NumberFact("contract", "w", barred="wrong_number")).rules == ("NUM-01",)


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


@pytest.mark.rule("US-25")
def test_massachusetts_allows_two_calls_in_seven_days_and_two_in_thirty_elsewhere() -> None:
    home = NumberFact("contract", "n1", Place.HOME)
    two = (call("us-ma", "2026-04-02 10:00", "BUSY"), call("us-ma", "2026-04-05 10:00"))
    answer = refused("us-ma", "2026-04-08 10:00", number=home, history=two)
    assert answer.rules == ("US-25",) and answer.earliest == at("us-ma", "2026-04-09 08:00")
    assert isinstance(permitted("us", "2026-04-08 10:00", number=home, history=two), Permit)
    work = NumberFact("contract", "n1", Place.WORK)
    answer = refused("us-ma", "2026-04-20 10:00", number=work, history=two)
    assert answer.rules == ("US-25",) and answer.earliest == at("us-ma", "2026-05-02 08:00")
    assert isinstance(permitted("us-ma", "2026-04-20 10:00", number=home, history=two), Permit)


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


@pytest.mark.parametrize("step", range(1, 14))
@pytest.mark.parametrize("outcome", ["NO_ANSWER", "RPC_PTP", "RPC_CALLBACK_AGREED"])
def test_the_guard_and_the_formula_agree(step: int, outcome: str) -> None:
    """Where there is one zone the formula for days says what the guard says at noon."""
    frequency, cooldown = FrequencyTerms(7, 7, 7), CooldownTerms(7)
    made = tuple(call("us", f"2026-05-{k:02} 09:00") for k in range(1, step))
    last = call("us", f"2026-05-{step:02} 09:30", outcome)
    days = tuple(one.at.date() for one in (*made, last))
    for later in range(1, 12):
        wanted = date(2026, 5, step) + later * DAY
        spoken = last.at.date() if outcome != "NO_ANSWER" else None
        consent = last.at.date() if outcome == "RPC_CALLBACK_AGREED" else None
        history = CallHistory(days, wanted, spoken, consent)
        allowed = call_frequency(history, frequency, cooldown).allowed
        answer = asked("us", f"{wanted} 12:00", history=(*made, last))
        assert isinstance(answer, Permit) is allowed, (wanted, answer.verdicts)


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
