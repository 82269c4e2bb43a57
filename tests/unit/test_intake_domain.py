"""Days past due, triage and holds."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from services.common.kernel.period import Period
from services.common.kernel.policy_file import load_dated
from services.common.packs.loader import load_packs
from services.intake.domain.dpd import ArrearsScale, days_past_due
from services.intake.domain.holds import ActionClass, Hold, HoldPolicy, blocking
from services.intake.domain.stages import StagePolicy
from services.intake.domain.triage import PackUnknown, TriageFacts, TriagePolicy, triage

DAY = date(2026, 6, 1)
SCALE = load_dated("services.intake", "arrears", ArrearsScale).on(DAY).value
TRIAGE = load_dated("services.intake", "triage", TriagePolicy).on(DAY).value
STAGES = load_dated("services.intake", "stages", StagePolicy).on(DAY).value
HOLDS = load_dated("services.intake", "holds", HoldPolicy).on(DAY).value


def test_days_past_due_count_each_paused_day_once_and_only_when_unpaid() -> None:
    due, as_of = date(2026, 1, 10), date(2026, 1, 30)
    overlapping = [
        Period(date(2026, 1, 1), date(2026, 1, 13)),  # of these the 11th and 12th are unpaid days
        Period(date(2026, 1, 12), date(2026, 1, 15)),  # adds the 13th and 14th
        Period(date(2026, 1, 29)),  # open end: the 29th and 30th so far
    ]
    got = days_past_due(due, as_of, overlapping)
    assert (got.raw, got.pause_days, got.effective) == (20, 6, 14)
    assert days_past_due(due, as_of, [Period(date(2026, 1, 1))]).effective == 0
    assert days_past_due(due, due).raw == days_past_due(None, as_of).raw == 0


@pytest.mark.parametrize(
    ("days", "bucket", "span"),
    [(0, "M0", "none"), (1, "M1", "short"), (30, "M1", "short"), (31, "M2", "long"), (180, "M6", "long"),
     (181, "M7+", "long")],
)  # fmt: skip
def test_buckets(days: int, bucket: str, span: str) -> None:
    assert (SCALE.bucket(days), SCALE.span(days)) == (bucket, span)


@pytest.mark.parametrize(
    ("days", "vulnerable", "treatment"),
    [(0, False, "preventive"), (30, False, "early"), (31, False, "standard"), (91, False, "late"),
     (5000, False, "late"), (10, True, "specialist")],
)  # fmt: skip
def test_treatment(days: int, vulnerable: bool, treatment: str) -> None:
    assert triage(TriageFacts(None, None, "card", days, vulnerable, 0), TRIAGE, STAGES).treatment == treatment


def test_pack_is_the_declared_one_and_must_be_installed() -> None:
    default = triage(TriageFacts(None, None, "card", 5, False, 0), TRIAGE, STAGES)
    assert (default.pack, default.contactable, default.snapshot_fresh) == ("cn", True, True)
    sample = triage(TriageFacts("sample", None, "card", 5, False, 4), TRIAGE, STAGES)
    assert (sample.pack, sample.contactable, sample.snapshot_fresh) == ("sample", False, False)
    with pytest.raises(PackUnknown):
        triage(TriageFacts("atlantis", None, "card", 5, False, 0), TRIAGE, STAGES)


def test_a_zone_that_nobody_said_is_not_guessed() -> None:
    assert triage(TriageFacts("us", "America/Denver", "card", 5, False, 0), TRIAGE, STAGES).zones == ("America/Denver",)
    everywhere = triage(TriageFacts("us", None, "card", 5, False, 0), TRIAGE, STAGES).zones
    assert {"America/New_York", "Pacific/Honolulu"} < set(everywhere)
    assert triage(TriageFacts(None, None, "card", 5, False, 0), TRIAGE, STAGES).zones == ("Asia/Shanghai",)


def test_holds_block_what_they_list_while_they_last() -> None:
    start, end = datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)
    hold = Hold("h1", HOLDS.kinds["DISPUTE"].blocks, Period(start, end))
    assert blocking([hold], ActionClass.DEMAND_CALL, start) == (hold,)
    assert blocking([hold], ActionClass.DEMAND_CALL, end) == ()
    assert blocking([hold], ActionClass.REPLY, start) == ()


@pytest.mark.rule("HOUSE-09")
def test_only_four_kinds_of_hold_stop_statutory_notices() -> None:
    stopping = {kind for kind, terms in HOLDS.kinds.items() if ActionClass.STATUTORY_NOTICE in terms.blocks}
    assert stopping == {"BANKRUPTCY", "DECEASED", "FRAUD_IDENTITY", "LEGAL_STAY"}
    assert stopping == load_packs().rule("HOUSE-09", DAY).parameters["notices_stopped_by"].value
    assert {"DEBT_ADVICE", "DEBT_RELIEF_PLAN"} <= set(HOLDS.kinds), "and two kinds are its own"


@pytest.mark.rule("CN-15")
def test_an_active_agreement_stops_collection_but_not_reminders() -> None:
    blocks = HOLDS.kinds["AGREEMENT_ACTIVE"].blocks
    assert {ActionClass.DEMAND_CALL, ActionClass.DEMAND_MESSAGE, ActionClass.VISIT} <= blocks
    assert not {ActionClass.REMINDER, ActionClass.REPLY, ActionClass.RECEIPT} & blocks
