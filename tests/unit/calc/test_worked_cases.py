"""The worked cases, compared exactly through the lines of the command."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from forbear.calc.answers import Calculator
from forbear.calc.offered import offered
from services.common.packs.loader import load_packs

FILE = Path(__file__).resolve().parents[1] / "worked_cases.json"
CASES = json.loads(FILE.read_text("utf-8"))["cases"]
CALCULATOR = Calculator(offered(), load_packs(), date(2026, 11, 22))


def answer(formula: str, **inputs: Any) -> dict[str, Any]:
    """What the command says to one line."""
    return CALCULATOR.answer(json.dumps({"id": "x", "formula": formula, "inputs": inputs}).encode())


def given(name: str) -> dict[str, Any]:
    """The inputs of a worked case."""
    found: dict[str, Any] = next(case["inputs"] for case in CASES if case["id"] == name)
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
@pytest.mark.rule("CN-14", "EU-02")
def test_a_worked_case_comes_out_as_worked(case: dict[str, Any]) -> None:
    assert answer(case["formula"], **case["inputs"]).get("outputs") == case["expected"], case["notes"]


def test_a_loan_of_one_month_is_paid_at_once() -> None:
    got = answer("annuity", principal="100", annual_rate="0.12", periods=1, currency="JPY")["outputs"]
    assert (got["payment"], got["last_payment"], got["total_interest"]) == ("101", "101", "1")
    assert got["balance_after_half"] == {"k": 0, "balance": "100"}


def test_minor_digits_that_the_currency_does_not_have_are_refused() -> None:
    got = answer("annuity", principal="100", annual_rate="0", periods=2, currency="JPY", minor_unit_digits=2)
    assert "JPY has 0 decimals" in got["error"]


def test_a_deferral_of_the_whole_term_leaves_no_payment_before_its_end() -> None:
    got = answer("deferral", **given("DEF-1") | {"remaining_periods": 3})["outputs"]
    assert got["B_capitalise_fixed_maturity"] is None
    assert got["A_capitalise_extend"]["payments"] == 3


def test_nothing_that_rolls_is_a_share_of_nothing() -> None:
    rates = answer("roll_rate", opening={"M1": "0", "M2": "10.00"}, closing_from={"M1->M2": "0", "M2->M3": "5.00"})
    assert rates["outputs"] == {"M1->M2": "n/a", "M2->M3": "50.00%", "flow_to_M3_from_M1_compound": "n/a"}


@pytest.mark.parametrize(
    ("moves", "reason"),
    [
        ({}, "in order"),
        ({"M1": "1"}, "M1->M2"),
        ({"M1->M2": "1", "M3->M4": "1"}, "in order"),
        ({"M9->M10": "1"}, "M9"),
        ({"M1->M2": "-1"}, "negative"),
    ],
)
def test_moves_that_do_not_follow_one_another_are_refused(moves: dict[str, str], reason: str) -> None:
    assert reason in answer("roll_rate", opening={"M1": "10", "M3": "10"}, closing_from=moves)["error"]


def test_more_promises_cannot_be_kept_than_came_due() -> None:
    inputs = given("KPI-2") | {"kept": 30}
    assert "came due" in answer("ptp_kept_rate", **inputs)["error"]
    nothing = {key: "0" if key.endswith(("amount", "promises")) else 0 for key in given("KPI-2")}
    assert set(answer("ptp_kept_rate", **nothing)["outputs"].values()) == {"n/a"}
