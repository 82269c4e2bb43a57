"""The rules of mainland China beside its hours, one by one and at their edges."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.common.packs.vocabulary import Product
from services.contact.domain.guard.decision import Permit
from services.contact.domain.guard.facts import NumberFact, ThirdParty, Visit
from services.contact.domain.vocabulary import Channel, MessageClass
from tests.unit.guard.asking import LETTER, at, call, calls, permitted, refused, verdict_of

HOUR = timedelta(hours=1)


@pytest.mark.rule("CN-12")
def test_a_letter_about_a_card_says_all_that_it_must() -> None:
    letter: dict[str, Any] = {"channel": Channel.LETTER, "product": Product.CREDIT_CARD}
    assert isinstance(permitted(**letter, letter_contents=tuple(LETTER)), Permit)
    answer = refused(**letter, letter_contents=tuple(LETTER - {"seal"}))
    assert answer.rules == ("CN-12",) and verdict_of(answer, "CN-12").facts == {"missing": ["seal"]}
    assert isinstance(permitted(channel=Channel.LETTER, product=Product.PERSONAL_LOAN), Permit)
    assert isinstance(permitted(**letter, message_class=MessageClass.STATUTORY_NOTICE), Permit), "no demand"


@pytest.mark.rule("CN-09")
@pytest.mark.parametrize("phrase", ["or_else", "credit_scare", "privacy_leak"])
def test_no_text_does_what_is_prohibited(phrase: str) -> None:
    text: dict[str, Any] = {"channel": Channel.SMS}
    assert refused(**text, phrases=("jargon", phrase)).rules == ("CN-09",)
    assert isinstance(permitted(**text, phrases=("jargon",)), Permit)
    assert isinstance(permitted(**text), Permit), "nobody has looked: the words are checked where they are written"


@pytest.mark.rule("CN-27")
def test_about_a_card_nobody_speaks_of_crime() -> None:
    text: dict[str, Any] = {"channel": Channel.SMS, "phrases": ("arrest_or_crime",)}
    assert set(refused(**text, product=Product.CREDIT_CARD).rules) == {"CN-09", "CN-27"}
    assert refused(**text, product=Product.PERSONAL_LOAN).rules == ("CN-09",)


@pytest.mark.rule("CN-26")
def test_about_a_debt_that_is_time_barred_no_suit_is_spoken_of() -> None:
    text: dict[str, Any] = {"channel": Channel.SMS, "phrases": ("legal_bluff",)}
    assert "CN-26" in refused(**text, time_barred=True).rules
    assert isinstance(permitted(channel=Channel.SMS, phrases=("jargon",), time_barred=True), Permit)


@pytest.mark.rule("CN-02")
def test_the_seventh_attempt_waits_for_the_next_day() -> None:
    six = calls("cn", "2026-06-01 08:00", 6, timedelta(minutes=30), "BUSY")
    assert isinstance(permitted(history=six[1:]), Permit)
    seventh = refused(history=six)
    assert seventh.rules == ("CN-02",)
    assert seventh.earliest == at("cn", "2026-06-02 08:00")
    assert verdict_of(seventh, "CN-02").reason == "Attempts of this number today: 6, at most 6."
    assert verdict_of(seventh, "CN-02").strength == "industry_self_regulation"
    assert isinstance(permitted(history=six, agreed_more_calls=True), Permit)
    assert isinstance(permitted(history=six, channel=Channel.SMS), Permit)
    assert isinstance(permitted(history=six, number=NumberFact("contract", "n2")), Permit)
    others = tuple(replace(one, somebody_else=True, debts=("d9",)) for one in six)
    assert refused(history=others).rules == ("CN-02",), "a number is counted whoever owes"


@pytest.mark.rule("CN-03")
def test_the_fourth_effective_call_waits_even_if_more_attempts_were_agreed() -> None:
    three = calls("cn", "2026-06-01 08:00", 3, HOUR, "RPC_PTP")
    assert isinstance(permitted(history=three[1:]), Permit)
    elsewhere = tuple(replace(one, number=f"m{k}", debts=(f"e{k}",)) for k, one in enumerate(three))
    answer = refused(history=elsewhere, agreed_more_calls=True)
    assert answer.rules == ("CN-03",) and answer.earliest == at("cn", "2026-06-02 08:00")
    begun = tuple(replace(one, by_borrower=True) for one in three)
    assert isinstance(permitted(history=begun), Permit), "calls that the debtor began do not count"
    waiting = replace(three[0], outcome=None, until=at("cn", "2026-06-01 12:15"))
    assert refused(history=(*three[1:], waiting)).rules == ("CN-03",), "a permit that may still be used counts"


@pytest.mark.rule("CN-04")
def test_a_third_party_is_reached_for_a_reason_and_not_after_refusing() -> None:
    friend = ThirdParty("t1", "contact_person", "deceased", "ask_contact_details")
    assert isinstance(permitted(third_party=friend), Permit)
    assert refused(third_party=replace(friend, reason=None)).rules == ("CN-04",)
    assert refused(third_party=replace(friend, refused=True)).rules == ("CN-04",)
    assert isinstance(permitted(third_party=replace(friend, role="guarantor", reason=None)), Permit)


@pytest.mark.rule("CN-05", "HOUSE-06")
def test_lost_is_who_did_not_answer_three_calls_from_the_next_day_on() -> None:
    friend = ThirdParty("t1", "contact_person", "lost_contact", "ask_to_pass_message")
    three = calls("cn", "2026-06-01 09:00", 3, HOUR, "NO_ANSWER")
    answer = refused("cn", "2026-06-01 15:00", third_party=friend, history=three)
    assert answer.rules == ("CN-05",) and answer.earliest == at("cn", "2026-06-02 08:00")
    assert isinstance(permitted("cn", "2026-06-02 08:00", third_party=friend, history=three), Permit)
    assert refused("cn", "2026-06-02 08:00", third_party=friend, history=three[:2]).earliest is None
    reached = (*three, call("cn", "2026-06-01 13:00", "RPC_PTP"))
    assert refused("cn", "2026-06-02 08:00", third_party=friend, history=reached).rules == ("CN-05",)
    wrote = (*three, call("cn", "2026-06-01 13:00", "REPLIED", channel=Channel.SMS, by_borrower=True))
    assert refused("cn", "2026-06-02 08:00", third_party=friend, history=wrote).rules == ("CN-05",)
    night = calls("cn", "2026-06-01 04:00", 3, HOUR, "NO_ANSWER")
    assert refused("cn", "2026-06-02 08:00", third_party=friend, history=night).rules == ("CN-05",), "at no valid hour"
    invalid = (call("cn", "2026-06-01 09:00", "NOT_IN_SERVICE"),)
    assert isinstance(permitted("cn", "2026-06-01 10:00", third_party=friend, history=invalid), Permit)


@pytest.mark.rule("CN-06")
def test_a_third_party_is_only_asked_for_details_or_to_pass_a_message() -> None:
    friend = ThirdParty("t1", "contact_person", "deceased", "ask_to_pay")
    assert refused(third_party=friend).rules == ("CN-06",)
    assert isinstance(permitted(third_party=replace(friend, volunteers=True)), Permit)


@pytest.mark.rule("CN-07")
@pytest.mark.parametrize("provenance", [None, "bought_list", ""])
def test_a_number_without_lawful_source_is_not_used(provenance: str | None) -> None:
    answer = refused(number=NumberFact(provenance))
    assert answer.rules == ("CN-07",) and answer.earliest is None
    assert refused(number=None).rules == ("CN-07",)


@pytest.mark.rule("CN-08")
def test_two_go_on_a_visit_and_enter_with_consent() -> None:
    visit: dict[str, Any] = {"channel": Channel.VISIT}
    assert isinstance(permitted(**visit, visit=Visit(2)), Permit)
    assert refused(**visit, visit=Visit(1)).rules == ("CN-08",)
    assert refused(**visit).rules == ("CN-08",)
    assert refused(**visit, visit=Visit(2, enters=True)).rules == ("CN-08",)
    assert isinstance(permitted(**visit, visit=Visit(2, enters=True, entry_agreed=True)), Permit)


@pytest.mark.rule("CN-10")
def test_the_institution_is_named() -> None:
    assert refused(names_institution=False).rules == ("CN-10",)


def test_before_the_rules_were_in_force_they_were_a_house_standard() -> None:
    before, after = permitted("cn", "2026-01-29 12:00"), permitted("cn", "2026-01-30 12:00")
    assert before.pack_version != after.pack_version
    assert refused("cn", "2026-01-29 23:00").rules == ("CN-01",)
