"""Each rule of reliefs by itself, on both sides of its edge."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.common.kernel.rule import business_rules, rule_of
from services.plans.domain import relief_rules as rules
from services.plans.domain.agreement import lender_gains
from services.plans.domain.relief_terms import Frequency, Programme, Span
from tests.unit.reliefs.people import DAY, yuan

ONE, NONE, MINUS = yuan("0.01"), yuan("0.00"), yuan("-0.01")
CARDS = frozenset({"credit_card"})
HALF_YEAR = Span(180, 360)
OPEN = Programme(date(2026, 1, 1), date(2026, 6, 1))
ONCE = Frequency(1, 12)

CASES = [
    pytest.param(
        "OPT-01", rules.relief_is_offered_for_product, [("credit_card", CARDS)], [("mortgage", CARDS)],
        marks=pytest.mark.rule("OPT-01"),
    ),
    pytest.param(
        "OPT-02", rules.difficulty_and_willingness, [(True, True, True), (False, False, False)],
        [(True, False, True), (True, True, False)], marks=pytest.mark.rule("OPT-02"),
    ),
    pytest.param("CN-14", rules.within_instalment_cap, [(60, 60), (1, 60)], [(61, 60), (0, 60)],
                 marks=pytest.mark.rule("CN-14")),
    pytest.param("OPT-03", rules.within_extension_cap, [(60, 60), (999, None)], [(61, 60)],
                 marks=pytest.mark.rule("OPT-03")),
    pytest.param("OPT-04", rules.affordable, [(ONE, ONE)], [(yuan("0.02"), ONE), (NONE, NONE)],
                 marks=pytest.mark.rule("OPT-04")),
    pytest.param("OPT-05", rules.lengthens, [(13, 12)], [(12, 12)], marks=pytest.mark.rule("OPT-05")),
    pytest.param("OPT-06", rules.payments_are_left, [(1,)], [(0,)], marks=pytest.mark.rule("OPT-06")),
    pytest.param("OPT-07", rules.has_arrears, [(ONE,)], [(NONE,)], marks=pytest.mark.rule("OPT-07")),
    pytest.param("OPT-08", rules.pays_each_time, [([ONE, ONE],)], [([ONE, NONE],)], marks=pytest.mark.rule("OPT-08")),
    pytest.param("OPT-09", rules.no_instalment_in_a_deficit, [(False,)], [(True,)], marks=pytest.mark.rule("OPT-09")),
    pytest.param("OPT-10", rules.worth_it_to_the_lender, [(Decimal("50.00"), Decimal(50))],
                 [(Decimal("49.99"), Decimal(50))], marks=pytest.mark.rule("OPT-10")),
    pytest.param("OPT-11", rules.core_can_run, [("EXTEND", frozenset({"EXTEND"}))], [("SETTLE", frozenset({"EXTEND"}))],
                 marks=pytest.mark.rule("OPT-11")),
    pytest.param("OPT-12", rules.is_computed, [((),)], [(("valuation",),)], marks=pytest.mark.rule("OPT-12")),
    pytest.param("OPT-13", rules.within_days_past_due, [(180, HALF_YEAR), (360, HALF_YEAR)],
                 [(179, HALF_YEAR), (361, HALF_YEAR)], marks=pytest.mark.rule("OPT-13")),
    pytest.param("OPT-14", rules.debt_is_of_age, [(6, Span(6)), (99, Span(6))], [(5, Span(6))],
                 marks=pytest.mark.rule("OPT-14")),
    pytest.param("OPT-15", rules.situation_qualifies, [("ILLNESS", frozenset({"ILLNESS"}))],
                 [("DIVORCE", frozenset({"ILLNESS"})), (None, frozenset({"ILLNESS"}))],
                 marks=pytest.mark.rule("OPT-15")),
    pytest.param("OPT-16", rules.offered_under_packs, [(frozenset({"cn", "eu"}), frozenset({"eu"}))],
                 [(frozenset({"cn"}), frozenset({"eu"}))], marks=pytest.mark.rule("OPT-16")),
    pytest.param("OPT-17", rules.programme_is_open, [(date(2026, 1, 1), OPEN), (date(2026, 6, 1), OPEN)],
                 [(date(2025, 12, 31), OPEN), (date(2026, 6, 2), OPEN)], marks=pytest.mark.rule("OPT-17")),
    pytest.param("OPT-18", rules.not_too_often, [([date(2025, 6, 1)], DAY, ONCE), ([], DAY, ONCE)],
                 [([date(2025, 6, 2)], DAY, ONCE)], marks=pytest.mark.rule("OPT-18")),
    pytest.param("OPT-19", rules.pause_is_short_enough, [(1, 6), (6, 6)], [(0, 6), (7, 6)],
                 marks=pytest.mark.rule("OPT-19")),
    pytest.param("OPT-20", rules.pause_leaves_payments, [(5, 6)], [(6, 6)], marks=pytest.mark.rule("OPT-20")),
    pytest.param("OPT-21", rules.account_is_old_enough, [(9, 9)], [(8, 9), (None, 9)],
                 marks=pytest.mark.rule("OPT-21")),
    pytest.param("OPT-22", rules.has_paid_in_a_row, [(3, 3)], [(2, 3), (None, 3)], marks=pytest.mark.rule("OPT-22")),
    pytest.param("OPT-23", rules.reduced_time_is_short_enough, [(1, 12), (12, 12)], [(0, 12), (13, 12)],
                 marks=pytest.mark.rule("OPT-23")),
    pytest.param("OPT-24", rules.payment_is_reduced, [(ONE, yuan("0.02"))], [(ONE, ONE), (NONE, ONE)],
                 marks=pytest.mark.rule("OPT-24")),
    pytest.param("OPT-25", rules.deficit_bears_a_token, [(ONE, ONE)], [(yuan("0.02"), ONE)],
                 marks=pytest.mark.rule("OPT-25")),
    pytest.param("OPT-26", rules.token_is_known, [(True,)], [(False,)], marks=pytest.mark.rule("OPT-26")),
    pytest.param("OPT-27", rules.rate_is_cut, [(Decimal("0.03"), Decimal("0.12"), Decimal("0.03"))],
                 [(Decimal("0.0299"), Decimal("0.12"), Decimal("0.03")), (Decimal("0.12"),) * 2 + (Decimal("0.03"),)],
                 marks=pytest.mark.rule("OPT-27")),
    pytest.param("OPT-28", rules.something_to_waive, [(ONE,)], [(NONE,)], marks=pytest.mark.rule("OPT-28")),
    pytest.param("OPT-29", rules.within_waiver_cap, [(ONE, ONE)], [(ONE, NONE)], marks=pytest.mark.rule("OPT-29")),
    pytest.param("OPT-30", rules.catches_up_in_time, [(12, 12)], [(13, 12), (0, 12)], marks=pytest.mark.rule("OPT-30")),
    pytest.param("OPT-31", rules.within_discount_cap, [(ONE, ONE)], [(ONE, NONE)], marks=pytest.mark.rule("OPT-31")),
    pytest.param("OPT-32", rules.settles_at_this_age, [(True,)], [(False,)], marks=pytest.mark.rule("OPT-32")),
    pytest.param("OPT-33", rules.parts_are_few_enough, [(1, 6), (6, 6)], [(7, 6), (0, 6)],
                 marks=pytest.mark.rule("OPT-33")),
    pytest.param("OPT-34", rules.settlement_is_worth_it, [(True,)], [(False,)], marks=pytest.mark.rule("OPT-34")),
    pytest.param("OPT-35", rules.promise_is_within_arrears, [(ONE, ONE)], [(ONE, NONE)],
                 marks=pytest.mark.rule("OPT-35")),
    pytest.param("OPT-36", rules.leaves_something, [(ONE,)], [(NONE,), (MINUS,)], marks=pytest.mark.rule("OPT-36")),
    pytest.param("GAIN-01", lender_gains, [(Decimal("50.00"), Decimal(50))], [(Decimal("50.01"), Decimal(50))],
                 marks=pytest.mark.rule("GAIN-01")),
]  # fmt: skip


@pytest.mark.parametrize(("name", "rule", "met", "unmet"), CASES)
def test_a_rule_says_yes_up_to_its_edge_and_no_beyond(
    name: str, rule: Callable[..., bool], met: list[tuple[Any, ...]], unmet: list[tuple[Any, ...]]
) -> None:
    assert rule_of(rule).id == name
    assert [rule(*given) for given in met] == [True] * len(met)
    assert [rule(*given) for given in unmet] == [False] * len(unmet)


def test_every_rule_of_reliefs_is_among_these() -> None:
    asked = {str(case.values[0]) for case in CASES}
    known = {rule.id for rule in business_rules() if rule.id.startswith("OPT-")}
    assert known and known <= asked
