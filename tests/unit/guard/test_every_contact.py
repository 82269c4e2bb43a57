"""What is asked of every contact whatever the country: holds, barred numbers, third parties, a pack that contacts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from services.contact.domain.guard.decision import Permit
from services.contact.domain.guard.facts import HoldFact, NumberFact, ThirdParty, Visit
from services.contact.domain.outcomes import OUTCOMES
from services.contact.domain.vocabulary import Channel, MessageClass
from tests.unit.guard.asking import at, call, permitted, refused


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


@pytest.mark.rule("NUM-01")
@pytest.mark.parametrize("why", ["opted_out", "wrong_number"])
def test_a_barred_number_is_not_used(why: str) -> None:
    assert refused(number=NumberFact("contract", "n1", barred=why)).rules == ("NUM-01",)


@pytest.mark.rule("HOLD-01")
def test_a_hold_blocks_what_it_lists_until_it_ends() -> None:
    hold = HoldFact("h1", ("demand_call", "visit"), at("cn", "2026-06-03 23:00"))
    answer = refused(holds=(hold,))
    assert answer.rules == ("HOLD-01",)
    assert answer.earliest == at("cn", "2026-06-04 08:00")
    assert isinstance(permitted(holds=(hold,), message_class=MessageClass.REMINDER), Permit)
    assert refused(holds=(replace(hold, ends_at=None),)).earliest is None


@pytest.mark.rule("HOLD-01")
@pytest.mark.parametrize("message_class", [MessageClass.ARRANGEMENT, MessageClass.REMINDER, MessageClass.RECEIPT])
def test_a_hold_on_visits_blocks_them_whatever_they_are_for(message_class: MessageClass) -> None:
    visit: dict[str, Any] = {"channel": Channel.VISIT, "message_class": message_class, "visit": Visit(staff=2)}
    hold = HoldFact("h1", ("visit",), None)
    assert isinstance(permitted(**visit), Permit)
    assert refused(**visit, holds=(hold,)).rules == ("HOLD-01",)


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
    facts: dict[str, Any] = {
        "hold_copy_fresh": False, "message_class": message_class, "channel": Channel.SMS,
        "inbound_at": at("cn", "2026-06-01 11:00"),
    }  # fmt: skip
    permit = permitted(**facts)
    assert not permit.facts.hold_copy_fresh
    assert "HOLD-02" not in [v.rule for v in permit.verdicts]
    known = HoldFact("h1", (message_class.value,), None)
    blocked = refused(**facts, holds=(known,))
    assert blocked.rules == ("HOLD-01",), "a hold that is known still blocks"


@pytest.mark.rule("PACK-01")
def test_the_sample_pack_contacts_nobody() -> None:
    for message_class in MessageClass:
        answer = refused("sample", message_class=message_class, channel=Channel.LETTER)
        assert "PACK-01" in answer.rules and answer.pack_version.startswith("sample-1+house-")


@pytest.mark.rule("THIRD-01", "THIRD-02")
def test_third_parties_are_asked_where_a_pack_says_when_and_not_after_refusing() -> None:
    friend = ThirdParty("t1", "friend", "lost_contact")
    assert refused("hk", third_party=friend).rules == ("THIRD-02",)
    told = (call("us", "2026-05-01 12:00", "THIRD_PARTY_REFUSED", third_party="t1"),)
    assert "THIRD-01" in refused("us", third_party=friend, history=told).rules
    assert isinstance(permitted("us", third_party=replace(friend, ref="t2"), history=told), Permit)
    mine = (call("cn", "2026-05-01 12:00", "THIRD_PARTY_REFUSED", third_party="t1"),)
    assert "CN-04" in refused("cn", third_party=replace(friend, reason="deceased"), history=mine).rules


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
