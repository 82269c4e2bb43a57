"""Stops of outbound contact: what they refuse, and who lifts them."""

from __future__ import annotations

from typing import Any

import pytest

from services.common.packs.vocabulary import Product
from services.contact.domain.guard.decision import Permit
from services.contact.domain.stops import StopFact, StopScope, is_second_person
from services.contact.domain.vocabulary import Channel, MessageClass
from tests.unit.guard.asking import asked, at, refused


@pytest.mark.rule("STOP-01")
@pytest.mark.parametrize("message_class", MessageClass)
@pytest.mark.parametrize(
    ("scope", "value"),
    [("all", ""), ("pack", "cn"), ("channel", "letter"), ("template", "written_notice"), ("portfolio", "cards-2026")],
)
def test_a_stop_refuses_all_it_covers_notices_and_replies_too(
    message_class: MessageClass, scope: str, value: str
) -> None:
    stop = StopFact("s1", StopScope(scope), value)
    letter: dict[str, Any] = {
        "channel": Channel.LETTER, "template": "written_notice", "message_class": message_class,
        "product": Product.PERSONAL_LOAN, "portfolio": "cards-2026",
        "inbound_at": at("cn", "2026-06-01 11:00"),
    }  # fmt: skip
    answer = refused(**letter, stops=(stop,))
    assert answer.rules == ("STOP-01",)
    assert answer.verdicts[0].reason == f"in force: {scope} {value}".rstrip()
    assert answer.earliest is None, "people lift it, time does not"
    assert refused(("uk", "cn"), **letter, stops=(stop,)).rules == ("STOP-01",), "of several packs each may be stopped"


@pytest.mark.rule("STOP-01")
@pytest.mark.parametrize(
    ("scope", "value"),
    [("pack", "sample"), ("pack", "voice"), ("channel", "sms"), ("template", "voice"), ("portfolio", "cn")],
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
