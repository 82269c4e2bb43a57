"""Several packs on one case: in each dimension the stricter wins, whatever the order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import permutations
from pathlib import Path

import pytest

from services.common.kernel.channels import Channel
from services.common.kernel.dated import PolicyMissing, PolicyValue
from services.common.packs.hours import ContactHours
from services.common.packs.loader import load_packs
from services.common.packs.strictest import stricter
from services.common.packs.vocabulary import Actor, Product, Strength

PACKS = load_packs()
TODAY = date(2026, 11, 22)


@pytest.mark.rule("US-25")
def test_massachusetts_counts_fewer_calls_than_the_federal_rule() -> None:
    both = stricter([PACKS.on(name, TODAY) for name in ("us", "us-ma")])
    limit = both.limits["calls_per_debt_in_7_days"]
    assert (limit.value, limit.rules, limit.strength) == (2, ("US-25",), Strength.MUST)
    assert stricter([PACKS.on("us", TODAY)]).limits["calls_per_debt_in_7_days"].strength is Strength.PRESUMPTION


@pytest.mark.rule("HOUSE-07")
def test_hours_are_what_all_packs_permit_in_any_order() -> None:
    for names in permutations(("cn", "au", "in", "us")):
        limit = stricter([PACKS.on(name, TODAY) for name in names]).limits["contact_hours"]
        assert str(limit.value) == "weekday 08:00-19:00, weekend 09:00-19:00, public holiday none"
        assert set(limit.rules) == {"CN-01", "AU-07", "IN-01", "US-01"}


def test_what_is_kept_is_kept_longest() -> None:
    both = stricter([PACKS.on("cn", TODAY), PACKS.on("us", TODAY)])
    assert both.limits["keep_recordings_years"].value == 3
    assert both.limits["keep_recordings_years"].rules == ("US-24",)


def test_counts_of_another_unit_stay_apart() -> None:
    limits = stricter([PACKS.on(name, TODAY) for name in ("cn", "us", "au")]).limits
    assert limits["attempts_per_number_per_day"].value == 6
    assert limits["calls_per_debt_in_7_days"].value == 7
    assert limits["contacts_per_account_in_7_days"].value == 3


def test_only_what_is_about_the_actor_the_product_and_the_channel_binds() -> None:
    cn = [PACKS.on("cn", TODAY)]
    assert "attempts_per_number_per_day" in stricter(cn, channel=Channel.VOICE).limits
    assert "attempts_per_number_per_day" not in stricter(cn, channel=Channel.SMS).limits
    assert "keep_recordings_years" not in stricter(cn, product=Product.MORTGAGE).limits
    assert stricter(cn, actor=Actor.DEBT_BUYER).rules == ()


def test_the_strength_of_a_limit_depends_on_the_product() -> None:
    uk = [PACKS.on("uk", TODAY)]
    assert stricter(uk, product=Product.MORTGAGE).limits["contact_hours"].strength is Strength.MUST
    assert stricter(uk, product=Product.OVERDRAFT).limits["contact_hours"].strength is Strength.PRESUMPTION


def test_of_equal_limits_the_strongest_says_how_strong_they_are() -> None:
    for names in permutations(("uk", "us")):
        limit = stricter([PACKS.on(n, TODAY) for n in names], product=Product.CREDIT_CARD).limits["contact_hours"]
        assert set(limit.rules) == {"UK-05", "US-01"}
        assert limit.strength is Strength.MUST


def test_packs_that_leave_no_hour_say_so(tmp_path: Path) -> None:
    evenings = 'parameters: {contact_hours: {every_day: "20:00-21:00"}}'
    text = "tighten: [{id: US-01, effective_from: 2026-01-01, source: board, reviewed: 2026-01-01, " + evenings + "}]"
    (tmp_path / "us.yaml").write_text(f"pack: us\n{text}\n")
    packs = load_packs(tmp_path)
    both = stricter([packs.on("us", TODAY), packs.on("in", TODAY)])
    assert both.impossible == ("contact_hours",)
    assert both.limits["contact_hours"].value == ContactHours(None, None, None)
    assert stricter([packs.on("us", TODAY)]).impossible == ()
    # Australia has no hours on holidays at all: that is its rule and no contradiction.
    assert stricter([PACKS.on("au", TODAY), PACKS.on("us", TODAY)]).impossible == ()


def test_a_domain_reads_the_numbers_it_needs_and_no_others() -> None:
    @dataclass(frozen=True, slots=True)
    class Calls(PolicyValue):
        max_calls: int
        window_days: int

    @dataclass(frozen=True, slots=True)
    class Other(PolicyValue):
        max_letters: int

    assert PACKS.rule("US-04", TODAY).terms(Calls) == Calls(7, 7)
    with pytest.raises(PolicyMissing, match="max_letters"):
        PACKS.rule("US-04", TODAY).terms(Other)
