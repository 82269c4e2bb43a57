"""The guard in the United States: how often a debt may be called about, and how long after a conversation."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.contact.domain.call_frequency import CallHistory, CooldownTerms, FrequencyTerms, call_frequency
from services.contact.domain.guard.decision import Permit
from services.contact.domain.guard.facts import NumberFact, Place
from tests.unit.guard.asking import asked, at, call, calls, permitted, refused, verdict_of

DAY = timedelta(days=1)


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
def test_a_permit_that_ran_out_is_an_attempt_until_somebody_says_what_became_of_it() -> None:
    until = at("us", "2026-08-14 12:15")
    silent = (call("us", "2026-08-14 12:00", None, until=until),)
    answer = refused("us", "2026-08-14 12:15", history=silent)
    assert answer.rules == ("US-04",) and answer.earliest == at("us", "2026-08-14 14:00")
    assert isinstance(permitted("us", "2026-08-14 14:00", history=silent), Permit), "no conversation that anybody knows"


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
