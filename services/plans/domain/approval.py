"""The approval guard: nothing binds the bank without authority.

A pure function over facts; every rule is asked and every answer is kept, so that an approval can be replayed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from services.common.kernel.rule import RuleVerdict, business_rule, verdict
from services.plans.domain.affordability import AffordabilityResult
from services.plans.domain.authority import Level
from services.plans.domain.evidence import EvidenceItem, EvidenceStanding


@dataclass(frozen=True, slots=True)
class Proposal:
    """What was submitted: by whom, bound by which hash, on which evidence and assessment, open until when.

    `affordability` is the result for the instalment of the plan, not for the assessment alone.
    """

    proposed_by: str
    proposal_hash: str
    needed: Level
    expires_at: datetime
    affordability: AffordabilityResult
    evidence: tuple[EvidenceItem, ...]
    standing: EvidenceStanding


@dataclass(frozen=True, slots=True)
class Approver:
    """Who decides, with which level (None: no authority), and the hash of what was on the screen."""

    subject: str
    level: Level | None
    seen_hash: str


@dataclass(frozen=True, slots=True)
class ApprovalVerdict:
    """Every rule asked, in order."""

    verdicts: tuple[RuleVerdict, ...]

    @property
    def allowed(self) -> bool:
        return all(v.passed for v in self.verdicts)

    @property
    def refusals(self) -> tuple[RuleVerdict, ...]:
        return tuple(v for v in self.verdicts if not v.passed)


@business_rule(id="APR-01", group="approval", summary="Nobody approves a plan they proposed themselves (four eyes).")
def approver_is_not_proposer(approver: str, proposer: str) -> bool:
    return approver != proposer


@business_rule(
    id="APR-02",
    group="approval",
    summary="Who uploaded or reviewed evidence of the case does not approve the plan that rests on it.",
)
def approver_did_not_handle_evidence(approver: str, evidence: tuple[EvidenceItem, ...]) -> bool:
    return all(approver not in (item.uploaded_by, item.reviewed_by) for item in evidence)


@business_rule(id="APR-03", group="approval", summary="The approver's level of authority is at least the one needed.")
def approver_has_authority(level: Level | None, needed: Level) -> bool:
    return level is not None and level >= needed


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


def may_approve(proposal: Proposal, approver: Approver, now: datetime, day: date) -> ApprovalVerdict:
    """Ask every rule of approval. `day` is the bank's local day of `now`."""
    who = approver.subject
    return ApprovalVerdict(
        (
            verdict(approver_is_not_proposer, approver_is_not_proposer(who, proposal.proposed_by)),
            verdict(
                approver_did_not_handle_evidence,
                approver_did_not_handle_evidence(who, proposal.evidence),
            ),
            verdict(
                approver_has_authority,
                approver_has_authority(approver.level, proposal.needed),
                f"needs the level {proposal.needed.code}",
            ),
            verdict(evidence_suffices, evidence_suffices(proposal.standing, day)),
            verdict(instalment_is_affordable, instalment_is_affordable(proposal.affordability)),
            verdict(hash_is_the_submitted_one, hash_is_the_submitted_one(approver.seen_hash, proposal.proposal_hash)),
            verdict(proposal_is_open, proposal_is_open(now, proposal.expires_at)),
        )
    )
