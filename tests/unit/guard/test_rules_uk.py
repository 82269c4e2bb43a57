"""The United Kingdom, rule by rule: hours by product, nobody else, and debts that are too old to sue for."""

from datetime import UTC, date, datetime

import pytest

from services.common.packs.vocabulary import Product
from services.contact.domain.guard.decision import Permit
from services.contact.domain.guard.facts import ThirdParty
from services.contact.domain.limitation import Limitation
from services.contact.domain.vocabulary import Channel
from services.contact.repository.limitation import LimitationKnown
from services.contact.service.permits.time_barred import last_day_of, time_barred
from tests.unit.guard.asking import PACKS, asked, at, permitted, refused, verdict_of

MORTGAGE, OTHERS = Product.MORTGAGE, tuple(Product)


@pytest.mark.rule("UK-05")
@pytest.mark.parametrize("product", [*OTHERS, None])
@pytest.mark.parametrize(
    ("text", "open_"),
    [("07:59:59", False), ("08:00", True), ("20:59:59", True), ("21:00", False)],
)
def test_hours_are_from_eight_to_nine_in_the_evening(product: Product | None, text: str, open_: bool) -> None:
    # Summer time began on 29 March, so eight in London is seven in UTC.
    for day in ("2026-03-28", "2026-03-30"):
        answer = asked("uk", f"{day} {text}", product=product)
        assert isinstance(answer, Permit) is open_
        if not open_:
            assert verdict_of(answer, "UK-05").passed is False
    assert permitted("uk", "2026-03-30 08:00").facts.now == datetime(2026, 3, 30, 7, 0, tzinfo=UTC)


@pytest.mark.rule("HOUSE-05")
@pytest.mark.parametrize("product", OTHERS)
def test_only_those_of_mortgages_can_never_be_overridden(product: Product) -> None:
    strength = verdict_of(refused("uk", "2026-06-01 21:00", product=product), "UK-05").strength
    assert strength == ("must" if product is MORTGAGE else "presumption")


@pytest.mark.rule("UK-06")
@pytest.mark.parametrize("role", ["relative", "contact_person", "employer"])
@pytest.mark.parametrize("reason", ["lost_contact", "deceased", None])
def test_nobody_else_is_asked_for_whatever_reason(role: str, reason: str | None) -> None:
    assert "UK-06" in refused("uk", third_party=ThirdParty("t1", role, reason, invited=True)).rules


@pytest.mark.rule("UK-06")
def test_who_owes_the_debt_too_is_not_somebody_else() -> None:
    assert isinstance(permitted("uk", third_party=ThirdParty("t1", "guarantor")), Permit)


def known(said: Limitation, agreed: tuple[datetime, ...] = (), demanded: tuple[date, ...] = ()) -> LimitationKnown:
    return LimitationKnown(said, demanded, agreed)


@pytest.mark.rule("UK-19")
def test_six_years_after_it_was_due_a_debt_is_barred() -> None:
    terms = PACKS.terms(("uk",), date(2026, 6, 1), Channel.SMS)
    said = Limitation(date(2026, 1, 1), counted_from=date(2020, 6, 1))
    zones = ("Europe/London",)
    assert last_day_of(known(said), terms, zones[0]) == date(2026, 6, 1)
    assert not time_barred(known(said), terms, zones, at("uk", "2026-06-01 23:59"))
    assert time_barred(known(said), terms, zones, at("uk", "2026-06-02 00:00"))
    # An acknowledgement begins it anew, and a mere demand does not.
    moment = at("uk", "2025-03-01 12:00")
    assert last_day_of(known(said, agreed=(moment,)), terms, zones[0]) == date(2031, 3, 1)
    assert last_day_of(known(said, demanded=(moment.date(),)), terms, zones[0]) == date(2026, 6, 1)


@pytest.mark.rule("UK-19")
@pytest.mark.parametrize(("barred", "refuses"), [(True, True), (False, False)])
def test_about_an_old_debt_nobody_speaks_of_courts(barred: bool, refuses: bool) -> None:
    answer = asked("uk", channel=Channel.SMS, phrases=("legal_bluff",), time_barred=barred)
    assert not isinstance(answer, Permit), "UK-11 bars a bluff of any age"
    assert ("UK-19" in answer.rules) is refuses
    assert isinstance(permitted("uk", channel=Channel.SMS, phrases=("jargon",), time_barred=barred), Permit)
