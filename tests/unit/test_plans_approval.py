"""The rules of approval, one by one, and who may give which signature."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.common.kernel.policy_file import load_dated
from services.plans.domain.affordability import AffordabilityResult
from services.plans.domain.approval import Approver, Proposal, may_approve
from services.plans.domain.authority import AuthorityMatrix, Level
from services.plans.domain.cosigns import Circumstances, Signature, approvers, cosignatures
from services.plans.domain.evidence import EvidenceItem, EvidenceState, EvidenceTerms, evidence_standing
from services.plans.domain.signing import Delegation, GivenSignature, Signing, missing, signing

DAY = date(2026, 6, 1)
NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)
MATRIX = load_dated("services.plans", "authority", AuthorityMatrix).on(DAY).value
TERMS = EvidenceTerms(accepted=("bank_flow",), needed=1, verify=("issuer_check",), valid_days=60)
ITEM = EvidenceItem("e1", "bank_flow", EvidenceState.VERIFIED, date(2026, 8, 1), "uploader", "reviewer")
SUPERVISOR = Signature("approver", "supervisor")
RISK = Signature("risk", "risk", ("manager_with_risk",))
PROPOSAL = Proposal(
    proposed_by="anna",
    handled_by=frozenset({"anna", "mia"}),
    signed_by=frozenset(),
    missing=(SUPERVISOR,),
    proposal_hash="abc",
    expires_at=NOW + timedelta(hours=72),
    affordability=AffordabilityResult.AFFORDABLE,
    evidence=(ITEM,),
    evidence_asked=frozenset({"e1"}),
    standing=evidence_standing(TERMS, [ITEM], DAY),
)
SVEN = Approver("sven", SUPERVISOR, "abc")


@pytest.mark.practice("002-18")
def test_an_approval_in_order_is_allowed() -> None:
    answer = may_approve(PROPOSAL, SVEN, NOW, DAY)
    assert answer.allowed
    assert [v.rule for v in answer.verdicts] == [f"APR-{n:02}" for n in range(1, 13)]


@pytest.mark.parametrize(
    ("rule", "proposal", "approver"),
    [
        ("APR-01", {"proposed_by": "sven"}, {}),
        ("APR-01", {}, {"subject": "mia"}),
        ("APR-01", {}, {"on_behalf_of": "anna"}),
        ("APR-02", {}, {"subject": "uploader"}),
        ("APR-02", {}, {"on_behalf_of": "uploader"}),
        ("APR-03", {}, {"signature": None}),
        ("APR-04", {"standing": evidence_standing(TERMS, [], DAY), "evidence_asked": frozenset()}, {}),
        ("APR-05", {"affordability": AffordabilityResult.UNAFFORDABLE}, {}),
        ("APR-05", {"affordability": AffordabilityResult.DEFICIT}, {}),
        ("APR-06", {}, {"seen_hash": "abd"}),
        ("APR-06", {"proposal_hash": ""}, {"seen_hash": ""}),
        ("APR-07", {"expires_at": NOW}, {}),
        ("APR-08", {}, {"subject": "reviewer"}),
        ("APR-09", {}, {"related": frozenset({"sven"})}),
        ("APR-09", {}, {"related": frozenset({"away"}), "on_behalf_of": "away"}),
        ("APR-10", {"evidence_asked": frozenset({"e1", "e2"})}, {}),
        ("APR-11", {"signed_by": frozenset({"sven"})}, {}),
        ("APR-11", {"signed_by": frozenset({"away"})}, {"on_behalf_of": "away"}),
        ("APR-12", {}, {"lapsed": True}),
    ],
)
def test_each_rule_refuses_alone(rule: str, proposal: dict[str, Any], approver: dict[str, Any]) -> None:
    answer = may_approve(replace(PROPOSAL, **proposal), replace(SVEN, **approver), NOW, DAY)
    assert [v.rule for v in answer.refusals] == [rule]


def test_evidence_that_expired_since_submission_no_longer_supports_the_approval() -> None:
    late = may_approve(PROPOSAL, SVEN, NOW, date(2026, 8, 2))
    assert [v.rule for v in late.refusals] == ["APR-04"]


# -- signatures ------------------------------------------------------------------------------------------------------


def case(**changes: Any) -> Circumstances:
    plain = Circumstances(
        packs=("cn",), days_past_due=45, care=frozenset(), restructured=True, diminished=True, repeat=False
    )
    return replace(plain, **changes)


def asked(level: Level, found: Circumstances) -> dict[str, tuple[str, ...]]:
    reached = frozenset(one.code for one in Level if one <= level)
    return {one.part: one.reasons for one in cosignatures(MATRIX.cosigns, reached, found)}


@pytest.mark.parametrize(
    ("level", "changes", "signatures"),
    [
        (Level.SUPERVISOR, {}, {}),
        (Level.MANAGER, {}, {"risk": ("manager_with_risk",)}),
        (Level.AGENT, {"packs": ("eu",)}, {"risk": ("diminished_obligation",)}),
        (Level.AGENT, {"packs": ("eu",), "diminished": False}, {}),
        (Level.SUPERVISOR, {"days_past_due": 90}, {}),
        (Level.SUPERVISOR, {"days_past_due": 91}, {"risk": ("restructured_non_performing",)}),
        (Level.SUPERVISOR, {"days_past_due": 91, "restructured": False}, {}),
        (Level.SUPERVISOR, {"repeat": True}, {"risk": ("restructured_again",)}),
        (Level.SUPERVISOR, {"care": frozenset({"specialist", "slow_pace"})}, {"specialist": ("vulnerable",)}),
        (Level.SUPERVISOR, {"care": frozenset({"slow_pace"})}, {}),
        (
            Level.COMMITTEE,
            {"care": frozenset({"specialist"}), "repeat": True},
            {"risk": ("manager_with_risk", "restructured_again"), "specialist": ("vulnerable",)},
        ),
    ],
)
@pytest.mark.rule("EU-02")
@pytest.mark.rule("CN-21")
def test_who_signs_beside_the_line(
    level: Level, changes: dict[str, Any], signatures: dict[str, tuple[str, ...]]
) -> None:
    assert asked(level, case(**changes)) == signatures


def test_a_signature_below_the_level_that_is_needed_now_counts_no_longer() -> None:
    two = approvers("committee", 2)
    given = [GivenSignature("approver", "m", None, "manager"), GivenSignature("approver_2", "c", None, "committee")]
    assert missing(two, given) == (two[0],)
    assert missing((*two, RISK), [GivenSignature("risk", "r", None, "risk")]) == two


DEPUTY = Delegation("d1", "away", "dora", frozenset({"manager"}), NOW, NOW + timedelta(days=7))


def signs(roles: set[str], *open_: Signature, at: datetime = NOW, **change: Any) -> Signing:
    return signing(frozenset(roles), open_, (replace(DEPUTY, **change),), frozenset(), MATRIX, at)


def test_own_authority_comes_before_that_of_the_absent() -> None:
    own = signs({"supervisor"}, SUPERVISOR)
    assert (own.signature, own.held, own.delegation) == (SUPERVISOR, "supervisor", None)
    both = signs({"manager", "risk"}, RISK)
    assert (both.signature, both.held) == (RISK, "risk")


def test_a_deputy_signs_from_the_first_instant_until_and_without_the_last() -> None:
    stands_in = signs({"agent"}, SUPERVISOR)
    assert (stands_in.signature, stands_in.held) == (SUPERVISOR, "manager")
    assert stands_in.delegation is not None and stands_in.delegation.from_subject == "away"
    for outside in (NOW - timedelta(microseconds=1), NOW + timedelta(days=7)):
        late = signs({"agent"}, SUPERVISOR, at=outside)
        assert (late.signature, late.lapsed) == (None, True)
    revoked = signs({"agent"}, SUPERVISOR, revoked_at=NOW)
    assert (revoked.signature, revoked.lapsed) == (None, True)


def test_a_delegation_carries_its_levels_and_those_below_and_no_role_that_it_does_not_name() -> None:
    assert signs({"agent"}, Signature("approver", "committee")).signature is None
    assert signs({"agent"}, RISK).signature is None
    assert signs({"agent"}, RISK, authorities=frozenset({"risk"})).signature == RISK


def test_the_delegation_of_somebody_without_a_hand_in_it_is_used_first() -> None:
    others = (DEPUTY, replace(DEPUTY, delegation_id="d2", from_subject="other"))
    found = signing(frozenset({"agent"}), (SUPERVISOR,), others, frozenset({"away"}), MATRIX, NOW)
    assert found.delegation is not None and found.delegation.delegation_id == "d2"
    alone = signing(frozenset({"agent"}), (SUPERVISOR,), others[:1], frozenset({"away"}), MATRIX, NOW)
    assert alone.delegation is not None and alone.delegation.from_subject == "away"
