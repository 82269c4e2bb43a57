"""Statutory clocks through the lines of the command: worked cases, month ends, holidays and what is not known yet."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.calc.test_worked_cases import CALCULATOR

NOTICE, ASKED, CAME = "hardship_notice_received", "info_request_date", "info_received"
DUE, COMPLETE, FEDERAL = "unpaid_due_date", "complete_application_received", "federal_holidays_used"
WAITS = {NOTICE: "2026-02-10", "info_required": True, CAME: None}


def out(formula: str, inputs: dict[str, Any]) -> dict[str, Any]:
    answer = CALCULATOR.answer(json.dumps({"id": "x", "formula": formula, "inputs": inputs}).encode())
    return dict(answer.get("outputs") or answer)


@pytest.mark.rule("AU-02")
@pytest.mark.rule("AU-03")
@pytest.mark.parametrize(
    ("inputs", "decision_by"),
    [
        ({NOTICE: "2026-02-10", "info_required": False}, "2026-03-03"),
        ({NOTICE: "2026-02-10", ASKED: "2026-02-20", CAME: None}, "2026-03-20"),
        ({NOTICE: "2026-02-10", ASKED: "2026-02-20", CAME: "2026-03-05"}, "2026-03-26"),
        ({NOTICE: "2026-02-10", "info_required": False, ASKED: "2026-02-20"}, "2026-03-03"),
        (WAITS | {ASKED: None}, "2026-03-03"),
        (WAITS | {ASKED: "2026-03-03"}, "2026-03-31"),
        (WAITS | {ASKED: "2026-03-04"}, "2026-03-03"),  # nobody may ask on day 22, and it moves nothing
        ({NOTICE: "2028-02-08", "info_required": False}, "2028-02-29"),
        ({NOTICE: "2026-12-04", "info_required": False}, "2026-12-25"),  # calendar days: a holiday is not moved
    ],
)
def test_hardship_notice(inputs: dict[str, Any], decision_by: str) -> None:
    assert out("au_hardship", inputs) == {"decision_by": decision_by}


@pytest.mark.rule("AU-05")
@pytest.mark.parametrize(
    ("given", "last", "earliest"),
    [
        ("2026-03-27", "2026-04-09", "2026-04-10"),
        ("2028-02-20", "2028-03-04", "2028-03-05"),
        ("2026-12-25", "2027-01-07", "2027-01-08"),
        (None, None, None),
    ],
)
def test_enforcement_block(given: str | None, last: str | None, earliest: str | None) -> None:
    found = out("au_enforcement_block", {"refusal_notice_given": given})
    assert found == {"last_blocked_day": last, "enforcement_earliest": earliest}


@pytest.mark.rule("US-29")
@pytest.mark.parametrize(
    ("due", "contact", "notice", "referral"),
    [
        ("2026-01-01", "2026-02-06", "2026-02-15", "2026-05-02"),
        ("2028-01-31", "2028-03-07", "2028-03-16", "2028-05-31"),
        ("2026-12-01", "2027-01-06", "2027-01-15", "2027-04-01"),
        ("2026-08-31", "2026-10-06", "2026-10-15", "2026-12-30"),
    ],
)
def test_early_intervention(due: str, contact: str, notice: str, referral: str) -> None:
    assert out("us_regx_early_intervention", {DUE: due}) == {
        "live_contact_by": contact,
        "written_notice_by": notice,
        "foreclosure_referral_not_before": referral,
    }


@pytest.mark.rule("US-29")
@pytest.mark.parametrize(
    ("received", "holidays", "acknowledge", "decide"),
    [
        ("2026-05-20", ["2026-05-25"], "2026-05-28", "2026-06-19"),
        ("2026-05-23", ["2026-05-25"], "2026-06-01", "2026-06-22"),  # a Saturday, and then a holiday
        ("2026-06-30", ["2026-07-04"], "2026-07-07", "2026-07-30"),  # a holiday on a Saturday takes no day of the week
        ("2026-06-30", ["2026-07-03"], "2026-07-08", "2026-07-30"),  # the observed Friday is named
        ("2026-12-23", ["2026-12-25", "2027-01-01"], "2026-12-31", "2027-01-22"),
        ("2026-05-20", [], "2026-05-27", "2026-06-19"),
    ],
)
def test_application(received: str, holidays: list[str], acknowledge: str, decide: str) -> None:
    found = out("us_regx_application", {COMPLETE: received, FEDERAL: holidays})
    assert found == {"acknowledge_by": acknowledge, "decide_by": decide}


@pytest.mark.rule("UK-16")
@pytest.mark.parametrize(
    ("inputs", "summary", "final"),
    [
        ({"received": "2026-09-24"}, "2026-09-29", "2026-11-19"),
        ({"received": "2026-12-23"}, "2026-12-30", "2027-02-17"),  # Boxing Day has a substitute on the Monday
        ({"received": "2026-08-29"}, "2026-09-03", "2026-10-24"),  # a Saturday before a bank holiday
        ({"received": "2026-09-24", "bank_holidays_used": ["2026-09-28"]}, "2026-09-30", "2026-11-19"),
        ({"received": "2026-09-24", "bank_holidays_used": None}, "2026-09-29", "2026-11-19"),
    ],
)
def test_uk_complaint(inputs: dict[str, Any], summary: str, final: str) -> None:
    assert out("uk_complaint", inputs) == {"summary_resolution_by": summary, "final_response_by": final}


@pytest.mark.rule("UK-16")
def test_a_year_without_a_list_is_not_guessed() -> None:
    assert "2060" in out("uk_complaint", {"received": "2060-09-24"})["error"]


@pytest.mark.rule("CN-24")
@pytest.mark.parametrize(
    ("received", "simple", "complex_", "special"),
    [
        ("2026-09-24", "2026-10-09", "2026-10-24", "2026-11-23"),
        ("2028-02-14", "2028-02-29", "2028-03-15", "2028-04-14"),
        ("2026-12-31", "2027-01-15", "2027-01-30", "2027-03-01"),
        ("2026-09-16", "2026-10-01", "2026-10-16", "2026-11-15"),  # ends on a holiday, and is not moved
    ],
)
def test_cn_complaint(received: str, simple: str, complex_: str, special: str) -> None:
    found = out("cn_complaint", {"received": received})
    assert found == {"simple_by": simple, "complex_by": complex_, "special_by": special}
