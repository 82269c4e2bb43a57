"""The strategy in tables: by which way a step is taken, when it waits, what replaces it, and why in one sentence."""

import re
from datetime import date
from typing import Any

import pytest

from services.contact.domain.outcomes import OUTCOMES
from services.contact.domain.strategy import Choice, Situation, choose
from services.contact.domain.treatment import HARDSHIP_TOLD, STAGE_SKIPPED, Step
from services.contact.domain.vocabulary import Channel
from services.contact.policies import Policies

DAY = date(2026, 3, 2)
POLICIES = Policies.load()
TERMS = POLICIES.treatment.on(DAY).value
STEPS = {step.purpose: step for step in POLICIES.cadence.on(DAY).value.steps}
DUE = {"first_contact": 0, "follow_up": 3, "call_borrower": 7, "consequences": 14, "visit_borrower": 14}
SMS, EMAIL, LETTER, PORTAL, VOICE = Channel.SMS, Channel.EMAIL, Channel.LETTER, Channel.PORTAL, Channel.VOICE
ANSWERS = frozenset({"first_contact", "follow_up"})


def situation(purpose: str, **changes: Any) -> Situation:
    """A borrower in Shanghai with a mobile number, on the day on which a step is usually due."""
    known: dict[str, Any] = {
        "packs": ("cn",),
        "product": "credit_card",
        "bucket": "M2",
        "round": 1,
        "days": DUE.get(purpose, 21),
        "language": "zh",
        "addresses": {SMS, VOICE},
        "went_out": ANSWERS,
    }
    made = known | changes
    sets = ("addresses", "care", "stopped", "went_out")
    return Situation(**made | {name: frozenset(made[name]) for name in sets if name in made})


def taken(purpose: str, step: Step | None = None, **changes: Any) -> Choice | None:
    return choose(step or STEPS[purpose], situation(purpose, **changes), TERMS)


def way(purpose: str, **changes: Any) -> str:
    """Kind, purpose and channels of a step."""
    choice = taken(purpose, **changes)
    return "" if choice is None else " ".join([choice.kind, choice.purpose, *choice.channels])


EVERYWHERE = {SMS, VOICE, EMAIL, LETTER, PORTAL}
SOFTLY: dict[str, Any] = {"care": {"softer_channel"}}
LATE: dict[str, Any] = {"product": "mortgage", "bucket": "M5"}


@pytest.mark.practice("001-07")
@pytest.mark.parametrize(
    ("purpose", "changes", "expected"),
    [
        ("first_contact", {}, "message first_contact sms"),
        ("first_contact", {"addresses": EVERYWHERE}, "message first_contact sms email portal letter"),
        ("first_contact", {"bucket": "M0", "addresses": EVERYWHERE}, "message first_contact portal email sms letter"),
        ("first_contact", {"bucket": "M5", "addresses": EVERYWHERE}, "message first_contact sms email letter portal"),
        ("first_contact", LATE | {"addresses": {SMS, LETTER}}, "message first_contact letter sms"),
        ("first_contact", {"preferred": EMAIL, "addresses": {SMS, EMAIL}}, "message first_contact email sms"),
        ("first_contact", {"preferred": EMAIL}, "message first_contact sms"),
        ("first_contact", {"stopped": {SMS}, "addresses": {SMS, EMAIL}}, "message first_contact email"),
        ("first_contact", {"stopped": {SMS}}, "pause first_contact"),
        ("first_contact", SOFTLY | {"addresses": EVERYWHERE}, "message first_contact portal letter email sms"),
        ("first_contact", {"care": {"safe_contact"}, "addresses": {SMS, LETTER}}, "message first_contact sms"),
        ("first_contact", {"addresses": ()}, "message first_contact sms email portal letter push"),
        ("follow_up", {"preferred": VOICE}, "call call_borrower voice"),
        ("follow_up", {"preferred": VOICE, "stopped": {VOICE}}, "message follow_up sms"),
        ("follow_up", {"stopped": {SMS}}, "call call_borrower voice"),
        ("call_borrower", {}, "call call_borrower voice"),
        ("call_borrower", {"stopped": {VOICE}}, "message another_way sms"),
        ("call_borrower", {"addresses": {EMAIL}}, "message another_way email"),
        ("call_borrower", SOFTLY, "message another_way sms"),
        ("call_borrower", {"care": {"an effect of next year"}}, "message another_way sms"),
        ("call_borrower", {"stopped": {VOICE, SMS}}, "pause another_way"),
        ("written_notice", {"addresses": EVERYWHERE}, "message written_notice letter email sms portal"),
        ("written_notice", {"stopped": {LETTER}}, "message written_notice email sms portal letter"),
        ("written_notice", {"care": {"safe_contact"}}, "message written_notice email sms portal"),
    ],
)  # fmt: skip
def test_the_way_of_a_step(purpose: str, changes: dict[str, Any], expected: str) -> None:
    assert way(purpose, **changes) == expected


@pytest.mark.practice("000-01")
@pytest.mark.parametrize(
    ("purpose", "avoided", "addresses", "expected"),
    [
        ("call_borrower", (SMS, SMS), {SMS, VOICE}, "call call_borrower voice"),
        ("call_borrower", (SMS, SMS, VOICE), {SMS, VOICE}, "message another_way sms"),
        ("call_borrower", (SMS, SMS, SMS), {SMS, VOICE, EMAIL}, "message another_way email"),
        ("call_borrower", (SMS, SMS, EMAIL), {SMS, VOICE, EMAIL, LETTER}, "message another_way letter"),
        ("call_borrower", (SMS, SMS, SMS), {SMS, VOICE}, "pause another_way"),
        ("written_notice", (SMS, SMS, VOICE), {SMS}, "message written_notice letter email sms portal"),
        ("written_notice", (SMS, SMS, SMS), {SMS}, "message written_notice letter email portal sms"),
    ],
)
def test_after_three_that_were_avoided_the_next_way_is_another_and_gentler_one(
    purpose: str, avoided: tuple[Channel, ...], addresses: set[Channel], expected: str
) -> None:
    assert way(purpose, avoided=avoided, addresses=addresses) == expected


@pytest.mark.practice("000-01")
def test_avoidance_is_what_the_attributes_of_an_outcome_say() -> None:
    avoidance = TERMS.avoidance
    found = {code for code, outcome in OUTCOMES.items() if avoidance.is_avoidance(outcome)}
    assert found == {"NO_ANSWER", "BUSY", "VOICEMAIL_LCM", "VOICEMAIL_NONE", "SENT", "DELIVERED", "VISIT_NOT_HOME",
                     "VISIT_ABORTED_SAFETY"}  # fmt: skip
    row = [(SMS, "SENT"), (VOICE, "CALL_DROPPED_BEFORE_VERIFY"), (SMS, "SENT"), (VOICE, "NOT_IN_SERVICE"),
           (VOICE, "NO_ANSWER")]  # fmt: skip
    assert avoidance.in_row(row) == (SMS, VOICE), "somebody answered, and a dead line avoids nobody"


@pytest.mark.practice("002-08")
@pytest.mark.parametrize(
    ("purpose", "changes", "said"),
    [
        ("follow_up", {"days": 2}, "from day 3"),
        ("follow_up", {"went_out": ()}, "none is skipped"),
        ("consequences", {"round": 2, "days": 13}, "from day 14"),
        ("consequences", {"round": 2, "went_out": {"first_contact"}}, "saying what can be done"),
        ("consequences", {"round": 2, "went_out": {"call_borrower", "follow_up"}}, "asking what happened"),
        ("call_borrower", {"days": 0}, "from day 3"),
    ],
)
def test_a_stage_that_is_not_open_is_waited_for_and_not_skipped(
    purpose: str, changes: dict[str, Any], said: str
) -> None:
    choice = taken(purpose, **changes)
    assert choice is not None and choice.kind == "pause" and said in choice.reason.en
    assert choice.wait_days == STEPS[purpose].wait_days


@pytest.mark.practice("001-03")
def test_what_asks_for_payment_is_closed_to_a_case_of_hardship() -> None:
    assert way("consequences", round=2) == "message consequences sms"
    assert way("consequences", round=2, hardship=True) == "pause consequences"
    assert way("follow_up", hardship=True) == "message follow_up sms", "an offer of help asks for nothing"
    assert TERMS.closed_to("consequences", is_step=True, hardship=True) == HARDSHIP_TOLD
    assert TERMS.closed_to("consequences", is_step=False, hardship=False) == STAGE_SKIPPED
    assert TERMS.closed_to("consequences", is_step=True, hardship=False) is None
    assert TERMS.closed_to("written_notice", is_step=False, hardship=True) is None, "the law asks for it"


@pytest.mark.practice("003-02")
def test_a_visit_is_a_step_only_where_policy_pack_and_care_allow_it() -> None:
    assert way("visit_borrower", **LATE) == "visit visit_borrower visit"
    for changes in (
        {"product": "credit_card"}, {"bucket": "M3"}, {"packs": ("cn", "us")}, {"care": {"no_visits"}},
        {"care": {"softer_channel"}}, {"care": {"safe_contact"}}, {"stopped": {Channel.VISIT}},
        {"avoided": (SMS, SMS, VOICE)},
    ):  # fmt: skip
        assert taken("visit_borrower", **LATE | changes) is None, changes


@pytest.mark.practice("004-10")
def test_language_tone_owner_and_time_follow_the_person() -> None:
    plain, cared = taken("call_borrower"), taken("call_borrower", care={"slow_pace", "specialist"}, language="en")
    assert plain is not None and cared is not None
    assert (plain.tone, plain.owner, plain.wait_days, plain.language) == ("helpful", "agent", 7, "zh")
    assert (cared.tone, cared.owner, cared.wait_days, cared.language) == ("helpful", "senior_agent", 14, "en")
    notice = taken("written_notice", care={"slow_pace"})
    assert notice is not None and notice.wait_days == 14, "the quiet period is as long as the notice says"
    assert [taken(one).tone for one in ("first_contact", "follow_up", "written_notice")] == [  # type: ignore[union-attr]
        "inviting", "helpful", "formal",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "changes",
    [
        {}, {"preferred": SMS}, {"care": {"softer_channel"}}, {"avoided": (VOICE, VOICE, VOICE)}, {"stopped": {EMAIL}},
        {"stopped": {SMS, VOICE}}, {"addresses": {VOICE}, "stopped": {VOICE}}, {"days": 0}, {"went_out": ()},
        {"avoided": (SMS, SMS, SMS)}, {"hardship": True, "round": 2},
    ],
)  # fmt: skip
def test_every_reason_is_one_sentence_in_both_languages(changes: dict[str, Any]) -> None:
    for purpose in STEPS:
        if (choice := taken(purpose, **changes)) is not None:
            assert re.fullmatch(r"[^.!?]+\.", choice.reason.en), choice.reason.en
            assert re.fullmatch(r"[^。！？]+。", choice.reason.zh), choice.reason.zh
