"""The guard in Australia, the United Kingdom and India, and where several packs bind one case."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from services.common.packs.vocabulary import Product
from services.contact.domain.guard.decision import Permit
from services.contact.domain.guard.facts import Calendar, NumberFact, Place, ThirdParty, Visit
from services.contact.domain.vocabulary import Channel
from tests.unit.guard.asking import at, calls, permitted, refused, verdict_of

UK = Calendar("uk", (2026,), frozenset({date(2026, 5, 25)}))


@pytest.mark.rule("AU-07")
@pytest.mark.parametrize(
    ("text", "earliest"),
    [
        ("2026-06-01 07:29", "2026-06-01 07:30"),  # a Monday
        ("2026-06-05 21:00", "2026-06-06 09:00"),  # Friday night: Saturday from nine
        ("2026-06-07 08:59", "2026-06-07 09:00"),
    ],
)
def test_weekends_begin_later_in_australia(text: str, earliest: str) -> None:
    answer = refused("au", text)
    assert answer.rules == ("AU-07",) and answer.earliest == at("au", earliest)
    assert isinstance(permitted("au", earliest), Permit)


@pytest.mark.rule("AU-07", "HOUSE-04")
@pytest.mark.parametrize(
    ("text", "earliest"),
    [
        ("2026-01-26 12:00", "2026-01-27 07:30"),  # Australia Day
        ("2026-04-03 12:00", "2026-04-04 09:00"),  # Good Friday, then a Saturday
        ("2026-12-25 12:00", "2026-12-27 09:00"),  # Christmas, Boxing Day, a Sunday
        ("2026-04-27 12:00", "2026-04-28 07:30"),  # the weekday in place of Anzac Day
    ],
)
def test_nobody_is_contacted_on_a_national_holiday(text: str, earliest: str) -> None:
    answer = refused("au", text)
    assert answer.rules == ("AU-07",) and answer.earliest == at("au", earliest)


@pytest.mark.rule("CAL-01")
def test_a_year_without_an_official_list_refuses() -> None:
    answer = refused("au", "2031-06-02 12:00")
    assert answer.rules == ("CAL-01",) and answer.earliest is None
    assert verdict_of(answer, "CAL-01").reason == "Asked for au 2031."
    # Nor is a next moment named in a year that nobody knows.
    assert refused("au", "2027-12-31 21:00").earliest is None
    assert isinstance(permitted("au", "2031-06-02 12:00", channel=Channel.LETTER), Permit), "letters have no hours"
    assert isinstance(permitted("cn", "2031-06-02 12:00"), Permit), "and the same hours every day need no list"


@pytest.mark.rule("AU-07")
def test_a_make_up_workday_is_a_weekday() -> None:
    list_ = Calendar("au", (2026,), frozenset(), frozenset({date(2026, 6, 6)}))
    assert isinstance(permitted("au", "2026-06-06 07:30", calendars=(list_,)), Permit)
    assert refused("au", "2026-06-06 07:30").rules == ("AU-07",)


@pytest.mark.rule("AU-07")
def test_visits_and_workplaces_have_hours_of_their_own() -> None:
    assert refused("au", "2026-06-01 08:00", channel=Channel.VISIT).rules == ("AU-07",)
    assert isinstance(permitted("au", "2026-06-01 09:00", channel=Channel.VISIT), Permit)
    work = NumberFact("contract", "n1", Place.WORK)
    assert refused("au", "2026-06-01 18:00", number=work).earliest == at("au", "2026-06-02 09:00")


@pytest.mark.rule("AU-08", "HOUSE-03")
def test_three_conversations_a_week_and_ten_a_month_about_one_account() -> None:
    week = calls("au", "2026-06-01 10:00", 3, timedelta(days=1), "RPC_PTP")
    answer = refused("au", "2026-06-05 12:00", history=week)
    assert answer.rules == ("AU-08",) and answer.earliest == at("au", "2026-06-08 07:30")
    assert refused("au", "2026-06-05 12:00", history=week, channel=Channel.SMS).rules == ("AU-08",)
    unanswered = tuple(replace(one, outcome="NO_ANSWER") for one in week)
    assert isinstance(permitted("au", "2026-06-05 12:00", history=unanswered), Permit)
    begun = tuple(replace(one, by_borrower=True) for one in week)
    assert isinstance(permitted("au", "2026-06-05 12:00", history=begun), Permit)
    month = calls("au", "2026-06-01 10:00", 10, timedelta(days=2, hours=12), "RPC_PTP")
    assert refused("au", "2026-06-30 12:00", history=month).earliest == at("au", "2026-07-01 07:30")


@pytest.mark.rule("UK-05", "HOUSE-05")
def test_hours_of_mortgages_are_presumed_right_for_other_products() -> None:
    for product, strength in ((Product.MORTGAGE, "must"), (Product.CREDIT_CARD, "presumption")):
        answer = refused("uk", "2026-06-01 21:00", product=product)
        assert answer.rules == ("UK-05",) and verdict_of(answer, "UK-05").strength == strength


@pytest.mark.rule("UK-06")
def test_nobody_else_hears_of_the_debt() -> None:
    friend = ThirdParty("t1", "contact_person", invited=True)
    assert refused("uk", third_party=friend).rules == ("UK-06",)


@pytest.mark.rule("UK-07")
def test_a_visit_is_announced_and_not_made_to_the_vulnerable() -> None:
    visit: dict[str, Any] = {"channel": Channel.VISIT, "calendars": (UK,)}
    assert refused("uk", **visit).rules == ("UK-07",)
    # Monday the 25th is a holiday: five business days after Friday the 22nd is Monday the 1st.
    told = Visit(1, date(2026, 5, 22))
    assert refused("uk", "2026-05-29 12:00", **visit, visit=told).earliest == at("uk", "2026-06-01 08:00")
    assert isinstance(permitted("uk", "2026-06-01 08:00", **visit, visit=told), Permit)
    assert refused("uk", "2026-06-01 12:00", **visit, visit=told, care=("no_visits",)).rules == ("UK-07",)
    later = Visit(1, date(2031, 5, 22))
    assert refused("uk", "2031-06-02 12:00", channel=Channel.VISIT, visit=later).rules == ("CAL-01",), "no list"


@pytest.mark.rule("IN-01")
def test_india_ends_at_seven_and_leaves_relatives_alone() -> None:
    assert permitted("in", "2026-06-01 18:59").closes == at("in", "2026-06-01 19:00")
    assert refused("in", "2026-06-01 19:00").rules == ("IN-01",)
    assert refused("in", third_party=ThirdParty("t1", "relative")).rules == ("IN-01",)


@pytest.mark.rule("IN-02", "HOUSE-10")
def test_a_draft_warns_and_does_not_refuse() -> None:
    warned = permitted("in", "2026-07-02 12:00", occasions=("wedding",))
    verdict = verdict_of(warned, "IN-02")
    assert not verdict.passed and not verdict.blocks and verdict.strength == "guidance"
    before = permitted("in", "2026-06-30 12:00", occasions=("wedding",))
    assert "IN-02" not in [one.rule for one in before.verdicts], "not before its first day"


@pytest.mark.rule("HOUSE-07")
def test_of_several_packs_every_one_is_kept() -> None:
    both = ("cn", "in")
    # 12:00 to 19:00 in India is 14:30 to 21:30 in Shanghai; hours of both hold in both places.
    zones = ("Asia/Shanghai", "Asia/Kolkata")
    assert permitted(both, "2026-06-01 12:00", zones=zones).closes == at("cn", "2026-06-01 19:00")
    answer = refused(both, "2026-06-01 21:45", zones=zones)
    assert answer.rules == ("IN-01",) and answer.earliest == at("cn", "2026-06-02 10:30")
    assert refused(both, "2026-06-01 23:00", zones=zones).rules == ("CN-01", "IN-01")


@pytest.mark.rule("NAME-01")
@pytest.mark.parametrize("pack", ["us", "uk", "au", "in"])
def test_the_institution_is_named_where_no_pack_says_so_too(pack: str) -> None:
    assert refused(pack, names_institution=False).rules == ("NAME-01",)


@pytest.mark.rule("HOUSE-08")
def test_an_address_that_was_opted_out_of_is_barred_at_once() -> None:
    assert refused("us", number=NumberFact("contract", "n1", barred="opted_out")).rules == ("NUM-01",)


@pytest.mark.rule("UK-02", "UK-11")
def test_nobody_in_the_united_kingdom_is_pressed_or_misled() -> None:
    assert refused("uk", channel=Channel.SMS, phrases=("push_to_borrow_or_sell",)).rules == ("UK-02",)
    assert refused("uk", channel=Channel.SMS, phrases=("false_official",)).rules == ("UK-11",)
    assert isinstance(permitted("uk", channel=Channel.SMS, phrases=("jargon",)), Permit)
