"""Rules of intake at their edges."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from services.common.kernel.policy_file import load_dated
from services.intake.domain.clocks import (
    ClockKind,
    default_notice_allows,
    its_day_has_come,
    may_end,
    nothing_waits_for_a_decision,
    warn_on,
)
from services.intake.domain.stages import StagePolicy, stage_has_begun
from services.intake.domain.triage import TriageFacts, TriagePolicy, needs_specialist, snapshot_is_fresh, triage

DAY = date(2026, 6, 1)
STAGES = load_dated("services.intake", "stages", StagePolicy).on(DAY).value
TRIAGE = load_dated("services.intake", "triage", TriagePolicy).on(DAY).value


@pytest.mark.rule("CLK-01")
@pytest.mark.parametrize(
    ("open_kinds", "free"),
    [
        ([], True),
        ([kind for kind in ClockKind if kind not in (ClockKind.DECISION, ClockKind.PROPOSAL)], True),
        ([ClockKind.DECISION], False),
        ([ClockKind.PROPOSAL], False),
        (["decision", "information"], False),
    ],
)
def test_only_an_owed_decision_keeps_a_case_from_referral(open_kinds: list[str], free: bool) -> None:
    assert nothing_waits_for_a_decision(open_kinds) is free


@pytest.mark.rule("CLK-02")
def test_nothing_is_enforced_on_the_last_day_of_a_default_notice() -> None:
    earliest = default_notice_allows(DAY, 30)
    assert earliest == DAY + timedelta(days=31), "thirty whole days lie between"
    assert [its_day_has_come(DAY + timedelta(days=n), earliest) for n in (0, 30, 31, 32)] == [False, False, True, True]


@pytest.mark.rule("REQ-01")
@pytest.mark.parametrize(
    ("state", "open_"), [("submitted", True), ("complete", True), ("withdrawn", False), ("declined", False)]
)
def test_a_request_ends_once(state: str, open_: bool) -> None:
    assert may_end(state) is open_


@pytest.mark.rule("TRI-01")
@pytest.mark.parametrize(("age", "fresh"), [(-1, False), (0, True), (3, True), (4, False)])
def test_triage_rests_on_facts_of_the_last_days(age: int, fresh: bool) -> None:
    assert TRIAGE.snapshot_max_age_days == 3
    assert snapshot_is_fresh(age, TRIAGE.snapshot_max_age_days) is fresh
    assert triage(TriageFacts(None, None, "card", 45, False, age), TRIAGE, STAGES).snapshot_fresh is fresh


@pytest.mark.rule("TRI-02")
@pytest.mark.parametrize("days", [0, 1, 30, 31, 90, 91, 4000])
def test_specialists_treat_the_vulnerable_on_every_day(days: int) -> None:
    assert needs_specialist(True) and not needs_specialist(False)
    assert triage(TriageFacts(None, None, "card", days, True, 0), TRIAGE, STAGES).treatment == "specialist"
    assert triage(TriageFacts(None, None, "card", days, False, 0), TRIAGE, STAGES).treatment != "specialist"


def test_somebody_is_warned_within_the_time_and_never_after_it() -> None:
    assert warn_on(DAY, DAY + timedelta(days=21), 70) == DAY + timedelta(days=14)
    assert warn_on(DAY, DAY, 70) == DAY
    assert warn_on(DAY, DAY + timedelta(days=1), 100) == DAY + timedelta(days=1)


@pytest.mark.rule("STG-01")
@pytest.mark.parametrize(("product", "grace"), [("credit_card", 3), ("mortgage", 5), ("personal_loan", 0)])
def test_a_product_has_its_days_of_grace(product: str, grace: int) -> None:
    begins = STAGES.collects_from(product, DAY)
    assert begins == DAY + timedelta(days=grace + 1)
    assert [stage_has_begun(DAY + timedelta(days=n), begins) for n in (0, grace, grace + 1)] == [False, False, True]
    assert stage_has_begun(DAY, STAGES.collects_from(product, None)), "nothing is past due"
    stages = [STAGES.stage(product, days).stage for days in (0, grace, grace + 1, 30, 31, 90, 91)]
    assert stages == ["preventive", "preventive", "early", "early", "standard", "standard", "late"]


def test_stages_leave_no_gap() -> None:
    one = STAGES.of("credit_card")
    for wrong in ((), one[1:], (one[0], one[0]), one[::-1]):
        with pytest.raises(ValueError, match="follow each other"):
            StagePolicy(usual=one, products={"x": wrong})
