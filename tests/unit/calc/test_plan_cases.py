"""Variants of every formula of plans and of the clocks, worked with exact fractions by a program that is not ours.

Zero rates, one instalment, yen and dinars, thresholds from both sides, month ends, leap days, holidays.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from forbear.calc.answers import Calculator
from forbear.calc.offered import offered
from services.common.packs.loader import load_packs

CASES = json.loads((Path(__file__).resolve().parents[2] / "data" / "plan_cases.json").read_text("utf-8"))
CALCULATOR = Calculator(offered(), load_packs(), date(2026, 11, 22))
FIRST = {case["formula"]: case["inputs"] for case in reversed(CASES)}


def answer(formula: str, inputs: dict[str, Any]) -> dict[str, Any]:
    return CALCULATOR.answer(json.dumps({"id": "x", "formula": formula, "inputs": inputs}).encode())


def test_each_formula_has_ten_variants() -> None:
    named = [case["formula"] for case in CASES]
    assert len(set(named)) == 15
    assert min(named.count(name) for name in set(named)) >= 10


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_case_comes_out_as_worked(case: dict[str, Any]) -> None:
    assert answer(case["formula"], case["inputs"]) == {"id": "x", "outputs": case["expected"]}


@pytest.mark.parametrize(
    ("formula", "changes"),
    [
        ("annuity", {"periods": 1201}),
        ("annuity", {"annual_rate": "1E-9999"}),
        ("annuity", {"annual_rate": "-0.1"}),
        ("annuity", {"annual_rate": "101"}),
        ("annuity", {"principal": "-1"}),
        ("annuity", {"principal": "10.005"}),
        ("deferral", {"deferral_months": 0}),
        ("deferral", {"deferral_months": 1201}),
        ("interest_suspension", {"instalments": 0}),
        ("interest_suspension", {"instalments": 1201}),
        ("interest_suspension", {"max_instalments": 0}),
        ("interest_suspension", {"waived_fees": "520.01"}),
        ("settlement_pv", {"offer": []}),
        ("settlement_pv", {"offer": [{"month": -1, "amount": "1.00"}]}),
        ("settlement_pv", {"offer": [{"month": 1201, "amount": "1.00"}]}),
        ("settlement_pv", {"offer": [{"month": 1, "amount": "-1.00"}, {"month": 2, "amount": "9.00"}]}),
        ("settlement_pv", {"baseline": [{"month": 0, "amount": "1.00", "probability": "1.5"}]}),
        ("settlement_pv", {"baseline_cost_pv": "-3"}),
        ("settlement_pv", {"floor_recovery_pct": "-3"}),
        ("settlement_pv", {"discount_rate_annual_effective": "-1"}),
        ("affordability", {"usable_share_pct": "101"}),
        ("affordability", {"savings_pct": "-1"}),
        ("affordability", {"savings_cap": "-1"}),
        ("affordability", {"proposed_instalment": "-5.00"}),
        ("affordability", {"own_debt": "nobody"}),
        ("plan_comparison", {"arrears_due_now": "-1"}),
        ("plan_comparison", {"waived": "78900.00"}),
        ("plan_comparison", {"new_term": 0}),
        ("payment_waterfall", {"order": []}),
        ("payment_waterfall", {"payment": "-1"}),
        ("penalty_interest", {"overdue_principal": "-1"}),
        ("penalty_interest", {"contract_rate": "-0.1"}),
        ("penalty_interest", {"uplift": "-0.5"}),
        ("penalty_interest", {"to": "2026-01-31"}),
        ("cn_five_category_floor", {"days_past_due": -1}),
        ("cn_observation", {"missed_payment_date": "2026-04-19"}),
        ("eu_forbearance", {"status_at_grant": "performing"}),
        ("au_hardship", {"info_request_date": "2026-02-09"}),
        ("au_hardship", {"info_request_date": "2026-02-20", "info_received": "2026-02-19"}),
        ("au_enforcement_block", {"refusal_notice_given": "soon"}),
        ("us_regx_early_intervention", {"unpaid_due_date": "2026-02-29"}),
        ("us_regx_application", {"federal_holidays_used": ["x"]}),
    ],
)
def test_what_makes_no_sense_is_said_and_not_computed(formula: str, changes: dict[str, Any]) -> None:
    assert set(answer(formula, FIRST[formula] | changes)) == {"id", "error"}


@pytest.mark.rule("AU-03")
def test_information_that_comes_when_the_decision_was_due_moves_nothing() -> None:
    asked = {"hardship_notice_received": "2026-02-10", "info_request_date": "2026-02-20"}
    assert answer("au_hardship", asked | {"info_received": "2026-03-20"})["outputs"] == {"decision_by": "2026-04-10"}
    assert answer("au_hardship", asked | {"info_received": "2026-03-21"})["outputs"] == {"decision_by": "2026-03-20"}


@pytest.mark.rule("CN-32")
@pytest.mark.parametrize(
    ("charged", "over", "lawful"),
    [("77.40", "0.00", True), ("77.41", "0.01", False), ("0.00", "0.00", True), ("103.20", "25.80", False)],
)
def test_penalty_interest_is_thirty_to_fifty_percent_above_the_contract(charged: str, over: str, lawful: bool) -> None:
    """8 600.00 at 7.2 % for thirty days of 360: 51.60, and with the uplift 67.08 to 77.40."""
    loan = {name: value for name, value in FIRST["penalty_interest"].items() if name != "uplift"}
    found = answer("cn_penalty_cap", loan | {"charged": charged})["outputs"]
    assert found == {"least": "67.08", "most": "77.40", "over": over, "lawful": lawful}


@pytest.mark.rule("CN-32")
def test_a_charge_below_nothing_is_none() -> None:
    loan = {name: value for name, value in FIRST["penalty_interest"].items() if name != "uplift"}
    assert set(answer("cn_penalty_cap", loan | {"charged": "-0.01"})) == {"id", "error"}
