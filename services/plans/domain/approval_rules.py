"""The rules of approval, each as a predicate with the sentence that a clerk reads."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from services.common.kernel.rule import business_rule
from services.plans.domain.affordability import AffordabilityResult
from services.plans.domain.evidence import EvidenceItem, EvidenceStanding

Names = frozenset[str]


@business_rule(
    id="APR-01",
    group="approval",
    summary="Nobody approves a plan they proposed or submitted, or whose means they took (four eyes).",
)
def approver_is_not_proposer(names: Names, makers: Names) -> bool:
    return not names & makers


@business_rule(
    id="APR-02",
    group="approval",
    summary="Who handed in evidence of the case does not approve the plan that rests on it.",
)
def approver_did_not_upload(names: Names, evidence: Iterable[EvidenceItem]) -> bool:
    return all(item.uploaded_by not in names for item in evidence)


@business_rule(
    id="APR-03",
    group="approval",
    summary="Who signs has the level or the role of a signature that is still needed.",
)
def approver_has_authority(may_sign: bool) -> bool:
    return may_sign


@business_rule(
    id="APR-04",
    group="approval",
    summary="All the evidence the reason asks for is verified and not expired on the day of the decision.",
)
def evidence_suffices(standing: EvidenceStanding, day: date) -> bool:
    return standing.sufficient and (standing.valid_through is None or day <= standing.valid_through)


@business_rule(id="APR-05", group="approval", summary="The borrower can pay the instalment of the plan.")
def instalment_is_affordable(result: AffordabilityResult) -> bool:
    return result is AffordabilityResult.AFFORDABLE


@business_rule(id="APR-06", group="approval", summary="What is approved is exactly what was submitted.")
def hash_is_the_submitted_one(seen: str, submitted: str) -> bool:
    return bool(seen) and seen == submitted


@business_rule(id="APR-07", group="approval", summary="A proposal is decided before its time for approval has run out.")
def proposal_is_open(now: datetime, expires_at: datetime) -> bool:
    return now < expires_at


@business_rule(
    id="APR-08",
    group="approval",
    summary="Who reviewed evidence of the case does not approve the plan that rests on it.",
)
def approver_did_not_review(names: Names, evidence: Iterable[EvidenceItem]) -> bool:
    return all(item.reviewed_by not in names for item in evidence)


@business_rule(id="APR-09", group="approval", summary="Nobody approves for their own account or a relative's.")
def approver_is_not_related(names: Names, related: Names) -> bool:
    return not names & related


@business_rule(
    id="APR-10",
    group="approval",
    summary="The plan rests on the same verified evidence as when it was submitted.",
)
def evidence_is_the_submitted(supporting: Names, submitted: Names) -> bool:
    return supporting == submitted


@business_rule(
    id="APR-11",
    group="approval",
    summary="Each signature is by another person; a deputy's counts as that of the one who is away, too.",
)
def nobody_signs_twice(names: Names, signed_by: Names) -> bool:
    return not names & signed_by


@business_rule(id="APR-12", group="approval", summary="A deputy signs only while the delegation is in force.")
def deputy_is_in_office(*, lapsed: bool) -> bool:
    return not lapsed
