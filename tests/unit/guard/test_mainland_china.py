"""The guard in mainland China, and what is asked of every contact, rule by rule and at the edges."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest

from services.common.packs.vocabulary import Product
from services.contact.domain.guard.decision import Permit, Refusal, ask
from services.contact.domain.guard.facts import HoldFact, NumberFact, ThirdParty, Visit
from services.contact.domain.outcomes import OUTCOMES
from services.contact.domain.vocabulary import Channel, MessageClass
from services.contact.domain.window import LocalHours
from tests.unit.guard.asking import PACKS, at, call, calls, facts_of, permitted, refused, verdict_of

HOUR = timedelta(hours=1)
LETTER = frozenset(
    {"name_and_balance", "cause_and_law", "rights_and_duties", "ways_to_check_repay_object", "bank_contact", "seal"}
)


def test_a_permit_keeps_every_rule_asked_and_the_packs_it_used() -> None:
    permit = permitted()
    assert [v.rule for v in permit.verdicts] == [
        "STOP-01", "PACK-01", "ZONE-01", "HOLD-02", "HOLD-01", "CN-07", "NUM-01", "CN-10", "PACK-02", "CN-01", "CN-02",
        "CN-03",
    ]  # fmt: skip
    assert permit.pack == "cn"
    assert [version.rpartition(".")[0] for version in permit.pack_version.split("+")] == [
        "cn-2026-01-30",
        "house-2000-01-01",
    ]


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


@pytest.mark.rule("NUM-01")
@pytest.mark.parametrize("why", ["opted_out", "wrong_number"])
def test_a_barred_number_is_not_used(why: str) -> None:
    assert refused(number=NumberFact("contract", "n1", barred=why)).rules == ("NUM-01",)


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


@pytest.mark.rule("HOLD-01")
def test_a_hold_blocks_what_it_lists_until_it_ends() -> None:
    hold = HoldFact("h1", ("demand_call", "visit"), at("cn", "2026-06-03 23:00"))
    answer = refused(holds=(hold,))
    assert answer.rules == ("HOLD-01",)
    assert answer.earliest == at("cn", "2026-06-04 08:00")
    assert isinstance(permitted(holds=(hold,), message_class=MessageClass.REMINDER), Permit)
    assert refused(holds=(replace(hold, ends_at=None),)).earliest is None


@pytest.mark.rule("HOLD-02")
@pytest.mark.parametrize(
    "message_class", sorted(set(MessageClass) - {MessageClass.STATUTORY_NOTICE, MessageClass.REPLY})
)
def test_a_stale_copy_of_holds_stops_what_we_want_to_say(message_class: MessageClass) -> None:
    answer = refused(hold_copy_fresh=False, message_class=message_class, channel=Channel.SMS)
    assert (answer.rules, answer.earliest) == (("HOLD-02",), None)


@pytest.mark.rule("HOLD-02")
@pytest.mark.parametrize("message_class", [MessageClass.STATUTORY_NOTICE, MessageClass.REPLY])
def test_a_stale_copy_lets_notices_and_replies_pass_and_the_facts_say_so(message_class: MessageClass) -> None:
    permit = permitted(hold_copy_fresh=False, message_class=message_class, channel=Channel.SMS)
    assert not permit.facts.hold_copy_fresh
    assert "HOLD-02" not in [v.rule for v in permit.verdicts]
    known = HoldFact("h1", (message_class.value,), None)
    blocked = refused(hold_copy_fresh=False, message_class=message_class, channel=Channel.SMS, holds=(known,))
    assert blocked.rules == ("HOLD-01",), "a hold that is known still blocks"


@pytest.mark.rule("PACK-01")
def test_the_sample_pack_contacts_nobody() -> None:
    for message_class in MessageClass:
        answer = refused("sample", message_class=message_class, channel=Channel.LETTER)
        assert "PACK-01" in answer.rules and answer.pack_version.startswith("sample-1+house-")


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


@pytest.mark.rule("THIRD-01", "THIRD-02")
def test_third_parties_are_asked_where_a_pack_says_when_and_not_after_refusing() -> None:
    friend = ThirdParty("t1", "friend", "lost_contact")
    assert refused("hk", third_party=friend).rules == ("THIRD-02",)
    told = (call("us", "2026-05-01 12:00", "THIRD_PARTY_REFUSED", third_party="t1"),)
    assert "THIRD-01" in refused("us", third_party=friend, history=told).rules
    assert isinstance(permitted("us", third_party=replace(friend, ref="t2"), history=told), Permit)
    mine = (call("cn", "2026-05-01 12:00", "THIRD_PARTY_REFUSED", third_party="t1"),)
    assert "CN-04" in refused("cn", third_party=replace(friend, reason="deceased"), history=mine).rules


def test_before_the_rules_were_in_force_they_were_a_house_standard() -> None:
    before, after = permitted("cn", "2026-01-29 12:00"), permitted("cn", "2026-01-30 12:00")
    assert before.pack_version != after.pack_version
    assert refused("cn", "2026-01-29 23:00").rules == ("CN-01",)


def test_outcomes_build_on_each_other() -> None:
    assert len(OUTCOMES) == 40
    for outcome in OUTCOMES.values():
        assert outcome.counts_as_attempt or not outcome.counts_as_connected
        assert outcome.counts_as_connected or not outcome.counts_as_conversation
        assert outcome.counts_as_rpc is outcome.counts_as_conversation
    assert OUTCOMES["BUSY"].counts_as_attempt
    assert not OUTCOMES["BLOCKED_BY_RULE"].counts_as_attempt
    assert OUTCOMES["RPC_PTP"].starts_cooldown
    assert not OUTCOMES["CALL_DROPPED_BEFORE_VERIFY"].counts_as_conversation
