"""The contact guard, rule by rule, at the edges."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from services.common.kernel.policy_file import load_dated
from services.contact.domain.guard import ContactFacts, HoldFact, Permit, Refusal, ask
from services.contact.domain.outcomes import OUTCOMES
from services.contact.domain.pack import ContactPack
from services.contact.domain.stops import StopFact, StopScope, is_second_person
from services.contact.domain.vocabulary import Channel, MessageClass
from services.contact.domain.window import LocalHours, next_permitted

CN = load_dated("services.contact", "cn", ContactPack)
NOON = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai
CALL = ContactFacts(
    now=NOON,
    zones=("Asia/Shanghai",),
    channel=Channel.VOICE,
    message_class=MessageClass.DEMAND,
    provenance="contract",
    names_institution=True,
    hold_copy_fresh=True,
)


def asked(pack: str = "cn", **changes: Any) -> Permit | Refusal:
    facts = replace(CALL, **changes)
    dated = load_dated("services.contact", pack, ContactPack)
    return ask(facts, pack, dated.on(facts.now.date()))


def refused(pack: str = "cn", **changes: Any) -> Refusal:
    answer = asked(pack, **changes)
    assert isinstance(answer, Refusal)
    return answer


def shanghai(hour: int, minute: int = 0, day: int = 1) -> datetime:
    return datetime(2026, 6, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


def test_a_permit_keeps_every_rule_asked_and_the_pack_it_used() -> None:
    permit = asked()
    assert isinstance(permit, Permit)
    rules = [v.rule for v in permit.verdicts]
    assert rules == ["STOP-01", "PACK-01", "HOLD-02", "HOLD-01", "CN-07", "CN-10", "CN-01", "CN-02", "CN-03"]
    assert (permit.pack, permit.pack_version) == ("cn", "cn-2026-01-30")


@pytest.mark.rule("STOP-01")
@pytest.mark.parametrize("message_class", MessageClass)
@pytest.mark.parametrize(
    ("scope", "value"), [("all", ""), ("pack", "cn"), ("channel", "letter"), ("template", "written_notice")]
)
def test_a_stop_refuses_all_it_covers_notices_and_replies_too(
    message_class: MessageClass, scope: str, value: str
) -> None:
    stop = StopFact("s1", StopScope(scope), value)
    letter: dict[str, Any] = {"channel": Channel.LETTER, "template": "written_notice", "message_class": message_class}
    answer = refused(**letter, stops=(stop,))
    assert answer.rules == ("STOP-01",)
    assert answer.verdicts[0].reason == f"in force: {scope} {value}".rstrip()
    assert answer.earliest is None, "people lift it, time does not"


@pytest.mark.rule("STOP-01")
@pytest.mark.parametrize(
    ("scope", "value"), [("pack", "sample"), ("pack", "voice"), ("channel", "sms"), ("template", "voice")]
)
def test_a_stop_of_something_else_does_not(scope: str, value: str) -> None:
    permit = asked(stops=(StopFact("s1", StopScope(scope), value),), template="first_call")
    assert isinstance(permit, Permit)


@pytest.mark.rule("STOP-01")
def test_two_different_people_who_come_the_same_way_lift_a_stop() -> None:
    assert is_second_person("u-1", "u-2")
    assert is_second_person("operator:an", "operator:bo")
    assert not is_second_person("u-1", "u-1")
    assert not is_second_person("operator:an", "an"), "one person may have a name in both places"


@pytest.mark.rule("CN-01")
@pytest.mark.parametrize("now", [shanghai(8), shanghai(21, 59)])
def test_the_day_is_open_from_its_first_minute(now: datetime) -> None:
    assert isinstance(asked(now=now), Permit)


@pytest.mark.rule("CN-01")
@pytest.mark.parametrize(("now", "next_day"), [(shanghai(7, 59), 1), (shanghai(22), 2), (shanghai(0), 1)])
def test_the_night_is_closed_from_its_first_minute(now: datetime, next_day: int) -> None:
    answer = refused(now=now)
    assert answer.rules == ("CN-01",)
    assert answer.earliest == shanghai(8, day=next_day)


@pytest.mark.rule("CN-01")
def test_hours_hold_in_every_place_the_borrower_may_be() -> None:
    zones = ("Asia/Shanghai", "America/New_York")
    # 12:00 in Shanghai is 00:00 in New York; 20:00 is 08:00.
    assert refused(zones=zones).earliest == shanghai(20)
    assert isinstance(asked(zones=zones, now=shanghai(20)), Permit)


@pytest.mark.rule("CN-01")
def test_agreed_hours_open_the_night() -> None:
    agreed = (LocalHours(time(22), time(23)),)
    assert isinstance(asked(now=shanghai(22, 30), agreed_hours=agreed), Permit)
    assert refused(now=shanghai(23), agreed_hours=agreed).earliest == shanghai(8, day=2)


@pytest.mark.rule("CN-01")
@pytest.mark.parametrize("message_class", [MessageClass.REPLY, MessageClass.STATUTORY_NOTICE])
def test_notices_and_fresh_replies_are_free_of_hours(message_class: MessageClass) -> None:
    night = shanghai(23)
    facts: dict[str, Any] = {"now": night, "channel": Channel.SMS, "message_class": message_class}
    assert isinstance(asked(**facts, inbound_at=night - timedelta(hours=23)), Permit)


@pytest.mark.rule("CN-01")
def test_a_reply_after_a_day_is_bound_again() -> None:
    night = shanghai(23)
    late = refused(
        now=night, channel=Channel.SMS, message_class=MessageClass.REPLY, inbound_at=night - timedelta(days=1)
    )
    assert late.rules == ("CN-01",)


def test_zones_that_share_no_hours_have_no_next_moment() -> None:
    hours = (LocalHours(time(9), time(10)),)
    assert next_permitted(NOON, ("Asia/Shanghai", "America/New_York"), hours) is None


@pytest.mark.rule("CN-02")
def test_the_seventh_attempt_waits_for_the_next_day() -> None:
    assert isinstance(asked(attempts_today=5), Permit)
    seventh = refused(attempts_today=6)
    assert seventh.rules == ("CN-02",)
    assert seventh.earliest == shanghai(8, day=2)
    assert isinstance(asked(attempts_today=6, agreed_more_calls=True), Permit)
    assert isinstance(asked(attempts_today=6, channel=Channel.SMS), Permit)


@pytest.mark.rule("CN-03")
def test_the_fourth_effective_call_waits_even_if_more_attempts_were_agreed() -> None:
    assert isinstance(asked(effective_calls_today=2), Permit)
    assert refused(effective_calls_today=3, agreed_more_calls=True).rules == ("CN-03",)


@pytest.mark.rule("CN-07")
@pytest.mark.parametrize("provenance", [None, "bought_list", ""])
def test_a_number_without_lawful_source_is_not_used(provenance: str | None) -> None:
    answer = refused(provenance=provenance)
    assert answer.rules == ("CN-07",)
    assert answer.earliest is None


@pytest.mark.rule("CN-10")
def test_the_institution_is_named() -> None:
    assert refused(names_institution=False).rules == ("CN-10",)


def test_a_hold_blocks_what_it_lists_until_it_ends() -> None:
    hold = HoldFact("h1", frozenset({"demand_call", "visit"}), shanghai(23, day=3))
    answer = refused(holds=(hold,))
    assert answer.rules == ("HOLD-01",)
    assert answer.earliest == shanghai(8, day=4)
    assert isinstance(asked(holds=(hold,), message_class=MessageClass.REMINDER), Permit)
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
    permit = asked(hold_copy_fresh=False, message_class=message_class, channel=Channel.SMS)
    assert isinstance(permit, Permit) and not permit.facts.hold_copy_fresh
    assert "HOLD-02" not in [v.rule for v in permit.verdicts]
    known = HoldFact("h1", frozenset({message_class.value}), None)
    blocked = refused(hold_copy_fresh=False, message_class=message_class, channel=Channel.SMS, holds=(known,))
    assert blocked.rules == ("HOLD-01",), "a hold that is known still blocks"


def test_the_sample_pack_contacts_nobody() -> None:
    for message_class in MessageClass:
        assert "PACK-01" in refused("sample", message_class=message_class, channel=Channel.LETTER).rules


def test_before_the_rules_were_in_force_they_were_a_house_standard() -> None:
    assert CN.on(date(2026, 1, 29)).value.rules["CN-01"].strength == "adopted"
    assert CN.on(date(2026, 1, 30)).value.rules["CN-01"].strength == "must"


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
