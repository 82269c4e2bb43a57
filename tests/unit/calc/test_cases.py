"""Worked cases of the formulas and the edges of their rules, compared exactly through the lines of the command."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from forbear.calc.answers import Calculator
from forbear.calc.offered import offered
from services.common.packs.loader import load_packs

DATA = Path(__file__).resolve().parents[2] / "data" / "calc_cases.json"
CASES = json.loads(DATA.read_text("utf-8"))
CALCULATOR = Calculator(offered(), load_packs(), date(2026, 11, 22))


def of(formula: str) -> pytest.MarkDecorator:
    found = [case for case in CASES if case["formula"] == formula]
    assert len(found) > 3, f"too few cases of {formula}"
    return pytest.mark.parametrize("case", found, ids=[case["id"] for case in found])


def assert_as_worked(case: dict[str, Any]) -> None:
    line = json.dumps({"id": case["id"], "formula": case["formula"], "inputs": case["inputs"]}).encode()
    assert CALCULATOR.answer(line) == {"id": case["id"], "outputs": case["expected"]}, case["notes"]


def test_every_case_is_of_a_formula_that_is_tested() -> None:
    assert {case["formula"] for case in CASES} == {
        "us_call_frequency", "contact_window", "us_validation_period", "uk_breathing_space",
        "uk_mental_health_crisis", "retention", "contact_rates",
    }  # fmt: skip


@pytest.mark.rule("US-04")
@pytest.mark.rule("US-05")
@of("us_call_frequency")
def test_call_frequency(case: dict[str, Any]) -> None:
    assert_as_worked(case)


@pytest.mark.rule("HOUSE-07")
@of("contact_window")
def test_contact_window(case: dict[str, Any]) -> None:
    assert_as_worked(case)


@pytest.mark.rule("US-18")
@pytest.mark.rule("HOUSE-02")
@of("us_validation_period")
def test_validation_period(case: dict[str, Any]) -> None:
    assert_as_worked(case)


@pytest.mark.rule("UK-12")
@of("uk_breathing_space")
def test_breathing_space(case: dict[str, Any]) -> None:
    assert_as_worked(case)


@pytest.mark.rule("UK-13")
@of("uk_mental_health_crisis")
def test_crisis_moratorium(case: dict[str, Any]) -> None:
    assert_as_worked(case)


@pytest.mark.rule("US-24")
@pytest.mark.rule("CN-11")
@of("retention")
def test_retention(case: dict[str, Any]) -> None:
    assert_as_worked(case)


@of("contact_rates")
def test_contact_rates(case: dict[str, Any]) -> None:
    assert_as_worked(case)
