"""Formulas of follow-up, of days past due and of complaints at the edges of their rules, and what they refuse.

The expected values were computed by another program than the services: whole minor units, and days counted one by one.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from forbear.commands.calc import app
from tests.unit.calc.test_cases import CALCULATOR, assert_as_worked

DATA = Path(__file__).resolve().parents[2] / "data" / "follow_up_cases.json"
CASES = json.loads(DATA.read_text("utf-8"))

PROMISE = {
    "promised_amount": "1500.00", "promised_date": "2026-03-10", "grace_days": 2, "threshold_pct": "95",
    "payments": [], "as_of": "2026-03-13", "currency": "CNY",
}  # fmt: skip
PAST_DUE = {"oldest_unpaid_due_date": "2026-01-31", "as_of": "2026-03-02", "pauses_inclusive": []}
KEPT = {
    "promises_due": 3, "kept": 1, "partially_kept": 1, "broken": 1, "promised_amount": "300.00",
    "received_on_promises": "150.00",
}  # fmt: skip


def test_there_are_ten_cases_of_each_and_more() -> None:
    formulas = [case["formula"] for case in CASES]
    assert all(formulas.count(name) >= 10 for name in set(formulas))
    assert set(formulas) == {
        "ptp_evaluation", "days_past_due", "roll_rate", "ptp_kept_rate", "uk_complaint", "cn_complaint",
    }  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_as_computed_otherwise(case: dict[str, Any]) -> None:
    assert_as_worked(case)


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("ptp_evaluation", PROMISE | {"promised_amount": "0.00"}, "a promise needs an amount"),
    ("ptp_evaluation", PROMISE | {"promised_amount": "1.005"}, "more decimals than its currency"),
    ("ptp_evaluation", PROMISE | {"promised_amount": 1500}, "inputs.promised_amount"),
    ("ptp_evaluation", PROMISE | {"promised_date": "2026-02-29"}, "inputs.promised_date"),
    ("ptp_evaluation", PROMISE | {"grace_days": -1}, "a grace that is not negative"),
    ("ptp_evaluation", PROMISE | {"grace_days": 10**9}, "beyond what can be computed"),
    ("ptp_evaluation", PROMISE | {"threshold_pct": "0"}, "a threshold up to 100 percent"),
    ("ptp_evaluation", PROMISE | {"threshold_pct": "100.01"}, "a threshold up to 100 percent"),
    ("ptp_evaluation", PROMISE | {"threshold_pct": "NaN"}, "a percentage such as 95"),
    ("ptp_evaluation", PROMISE | {"currency": "XXQ"}, "unknown currency"),
    (
        "ptp_evaluation",
        PROMISE | {"payments": [{"value_date": "2026-03-11", "amount": "-1.00"}]},
        "the amount of a posting is positive",
    ),
    ("days_past_due", PAST_DUE | {"as_of": "2026-13-01"}, "inputs.as_of"),
    ("days_past_due", PAST_DUE | {"pauses_inclusive": [["2026-02-10", "2026-02-01"]]}, "a pause ends on the day"),
    ("days_past_due", PAST_DUE | {"oldest_unpaid_due_date": None}, "inputs.oldest_unpaid_due_date"),
    ("roll_rate", {"opening": {}, "closing_from": {"M1->M2": "1.00"}}, "the opening balance of M1 is missing"),
    ("roll_rate", {"opening": {"M1": "1.00"}, "closing_from": {}}, "name the moves in order"),
    ("roll_rate", {"opening": {"M1": "-1.00"}, "closing_from": {"M1->M2": "1.00"}}, "are not negative"),
    ("roll_rate", {"opening": {"M1": "NaN"}, "closing_from": {"M1->M2": "1.00"}}, "inputs.opening.M1"),
    ("ptp_kept_rate", KEPT | {"kept": 2}, "are among those that came due"),
    ("ptp_kept_rate", KEPT | {"broken": -1}, "are among those that came due"),
    ("ptp_kept_rate", KEPT | {"promised_amount": "-1.00"}, "amounts are not negative"),
    ("uk_complaint", {}, "inputs.received"),
    ("uk_complaint", {"received": "2060-01-04"}, "2060"),
    ("cn_complaint", {"received": "2026-02-30"}, "inputs.received"),
    ("cn_complaint", {"received": "9999-12-30"}, "beyond what can be computed"),
]


@pytest.mark.parametrize(("formula", "inputs", "said"), REFUSED)
def test_what_is_refused_says_why(formula: str, inputs: dict[str, Any], said: str) -> None:
    answer = CALCULATOR.answer(json.dumps({"id": "x", "formula": formula, "inputs": inputs}).encode())
    assert set(answer) == {"id", "error"} and said in answer["error"]


def test_the_command_answers_the_others_and_ends_with_1() -> None:
    asked = [{"id": "good", **_case("cn_complaint")}, {"id": "bad", "formula": "cn_complaint", "inputs": {}}]
    done = CliRunner().invoke(app, [], input="\n".join(json.dumps(line) for line in asked))
    good, bad = (json.loads(line) for line in done.stdout.splitlines())
    assert done.exit_code == 1
    assert set(good) == {"id", "outputs"} and set(bad) == {"id", "error"}


def _case(formula: str) -> dict[str, Any]:
    found = next(case for case in CASES if case["formula"] == formula)
    return {"formula": formula, "inputs": found["inputs"]}
