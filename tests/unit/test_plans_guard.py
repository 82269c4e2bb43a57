"""Authority, evidence and the approval guard."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.common.kernel.errors import InvalidInput
from services.common.kernel.money import Money
from services.common.kernel.policy_file import load_dated
from services.plans.domain.authority import AuthorityMatrix, Concession, Level, level_of, needed_level
from services.plans.domain.catalogue import ReliefType
from services.plans.domain.evidence import EvidenceItem, EvidencePolicy, EvidenceState, evidence_standing, valid_through

DAY = date(2026, 6, 1)
MATRIX = load_dated("services.plans", "authority", AuthorityMatrix).on(DAY).value
EVIDENCE = load_dated("services.plans", "evidence", EvidencePolicy).on(DAY).value


def yuan(amount: str) -> Money:
    return Money.of(amount, "CNY")


def test_a_document_without_end_counts_to_the_last_day_there_is() -> None:
    orders = EVIDENCE.checklist("MILITARY_SERVICE")
    assert valid_through(orders, DAY, date.max) == date.max
    assert valid_through(orders, DAY, date(2026, 1, 1)) == date(2026, 6, 30)


def concession(**changes: Any) -> Concession:
    zero = yuan("0.00")
    base = Concession(ReliefType.EXTEND, 12, zero, zero, yuan("1000.00"), Decimal(0), repeat=False)
    return replace(base, **changes)


@pytest.mark.parametrize(
    ("changes", "level"),
    [
        ({}, Level.SENIOR_AGENT),
        ({"extension_months": 13}, Level.SUPERVISOR),
        ({"extension_months": 24, "repeat": True}, Level.MANAGER),
        ({"extension_months": 61}, Level.COMMITTEE),
        ({"waived_fees": yuan("200.00")}, Level.SENIOR_AGENT),
        ({"waived_interest": yuan("0.01")}, Level.SUPERVISOR),
        ({"waived_fees": yuan("200.01")}, Level.SUPERVISOR),
        ({"waived_interest": yuan("3000.00"), "accrued": yuan("10000.00")}, Level.SUPERVISOR),
        (
            {"waived_interest": yuan("2900.00"), "waived_fees": yuan("100.01"), "accrued": yuan("10000.00")},
            Level.MANAGER,
        ),
        (
            {
                "waived_interest": Money.of("0", "JPY"),
                "waived_fees": Money.of("1", "JPY"),
                "accrued": Money.of("0", "JPY"),
            },
            Level.COMMITTEE,
        ),
        ({"deferral_months": 1}, Level.SENIOR_AGENT),
        ({"deferral_months": 6}, Level.MANAGER),
        ({"deferral_months": 7}, Level.COMMITTEE),
        ({"settlement_recovery_percent": Decimal(90)}, Level.SUPERVISOR),
        ({"settlement_recovery_percent": Decimal("89.99")}, Level.MANAGER),
        ({"settlement_recovery_percent": Decimal("69.99")}, Level.COMMITTEE),
        ({"relief": ReliefType.INT_STOP, "extension_months": 0}, Level.SUPERVISOR),
        ({"principal_discount_percent": Decimal("10.01"), "repeat": True}, Level.COMMITTEE),
    ],
)
def test_needed_level(changes: dict[str, Any], level: Level) -> None:
    assert needed_level(concession(**changes), MATRIX) is level


def test_level_of_a_person_is_the_highest_of_their_roles() -> None:
    assert level_of(["agent", "manager", "compliance"], MATRIX) is Level.MANAGER
    assert level_of(["system", "risk"], MATRIX) is None
    assert all(Level.from_code(level.code) is level for level in Level)


def item(state: EvidenceState = EvidenceState.VERIFIED, **changes: Any) -> EvidenceItem:
    base = EvidenceItem("e1", "bank_flow", state, date(2026, 8, 1), "borrower", "reviewer")
    return replace(base, **changes)


def test_evidence_counts_until_its_last_day() -> None:
    terms = EVIDENCE.checklist("UNEMPLOYMENT")
    on_time = evidence_standing(terms, [item()], date(2026, 8, 1))
    assert (on_time.sufficient, on_time.supporting, on_time.valid_through) == (True, ("e1",), date(2026, 8, 1))
    late = evidence_standing(terms, [item()], date(2026, 8, 2))
    assert (late.sufficient, late.expired) == (False, ("e1",))


@pytest.mark.parametrize("state", [s for s in EvidenceState if s is not EvidenceState.VERIFIED])
def test_only_verified_evidence_supports_a_decision(state: EvidenceState) -> None:
    standing = evidence_standing(EVIDENCE.checklist("UNEMPLOYMENT"), [item(state)], DAY)
    assert not standing.sufficient
    assert standing.received is (state in (EvidenceState.RECEIVED, EvidenceState.UNDER_REVIEW))


def test_evidence_of_another_kind_and_the_same_kind_twice_do_not_count_more() -> None:
    terms = replace(EVIDENCE.checklist("UNEMPLOYMENT"), needed=2)
    twice = [item(), item(evidence_id="e2"), item(evidence_id="e3", document_type="selfie")]
    assert not evidence_standing(terms, twice, DAY).sufficient
    assert evidence_standing(terms, [item(), item(document_type="termination_notice")], DAY).sufficient


def test_abuse_needs_no_proof() -> None:
    assert evidence_standing(EVIDENCE.checklist("DOMESTIC_ABUSE"), [], DAY).sufficient


def test_validity_is_the_earliest_of_what_applies() -> None:
    illness = EVIDENCE.checklist("ILLNESS")
    assert valid_through(illness, date(2026, 3, 1), None) == date(2026, 5, 30)
    assert valid_through(illness, date(2026, 3, 1), date(2026, 4, 1)) == date(2026, 4, 1)
    assert valid_through(EVIDENCE.checklist("BEREAVEMENT"), date(2026, 2, 28), None) == date(2027, 2, 28)
    with pytest.raises(InvalidInput):
        valid_through(EVIDENCE.checklist("DISABILITY"), DAY, None)
    with pytest.raises(InvalidInput):
        EVIDENCE.checklist("BOREDOM")
