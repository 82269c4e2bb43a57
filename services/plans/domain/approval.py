"""The approval guard: nothing binds the bank without authority.

A pure function over facts; every rule is asked and every answer is kept, so that an approval can be replayed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from services.common.kernel.rule import RuleVerdict, verdict
from services.plans.domain import approval_rules as rules
from services.plans.domain.affordability import AffordabilityResult
from services.plans.domain.approval_rules import evidence_suffices as evidence_suffices
from services.plans.domain.cosigns import Signature
from services.plans.domain.evidence import EvidenceItem, EvidenceStanding


@dataclass(frozen=True, slots=True)
class Proposal:
    """What was submitted: by whom, bound by which hash, on which evidence and assessment, open until when.

    `handled_by` are those who took the means or submitted, `signed_by` those whose signature it has, the absent ones
    for whom a deputy signed and who chose the deputy included. `missing` are the signatures it still needs,
    `evidence_asked` the documents it rested on when it was submitted. `affordability` is the result for the instalment
    of the plan, not for the assessment alone.
    """

    proposed_by: str
    handled_by: frozenset[str]
    signed_by: frozenset[str]
    missing: tuple[Signature, ...]
    proposal_hash: str
    expires_at: datetime
    affordability: AffordabilityResult
    evidence: tuple[EvidenceItem, ...]
    evidence_asked: frozenset[str]
    standing: EvidenceStanding


@dataclass(frozen=True, slots=True)
class Approver:
    """Who decides, which missing signature this person may give (None: none), and the hash of what was on the screen.

    A deputy signs `on_behalf_of` somebody and was chosen by `appointed_by`; `lapsed` says that there is a delegation
    for it and it is not in force. `related` are those of the bank whose own account this is, or a relative's.
    """

    subject: str
    signature: Signature | None
    seen_hash: str
    on_behalf_of: str | None = None
    appointed_by: str | None = None
    lapsed: bool = False
    related: frozenset[str] = frozenset()

    @property
    def names(self) -> frozenset[str]:
        """Everybody in whose name is decided: a deputy is bound by what the absent one did, too, and by what who chose
        the deputy did, or else one would choose the second pair of eyes for oneself."""
        return frozenset({self.subject, self.on_behalf_of or "", self.appointed_by or ""} - {""})


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


def may_approve(proposal: Proposal, approver: Approver, now: datetime, day: date) -> ApprovalVerdict:
    """Ask every rule of approval. `day` is the bank's local day of `now`."""
    names, evidence = approver.names, proposal.evidence
    makers = proposal.handled_by | {proposal.proposed_by}
    needs = ", ".join(signature.authority for signature in proposal.missing) or "nothing more"
    supporting = frozenset(proposal.standing.supporting)
    return ApprovalVerdict(
        (
            verdict(rules.approver_is_not_proposer, rules.approver_is_not_proposer(names, makers)),
            verdict(rules.approver_did_not_upload, rules.approver_did_not_upload(names, evidence)),
            verdict(
                rules.approver_has_authority,
                rules.approver_has_authority(approver.signature is not None),
                f"still needed: {needs}",
            ),
            verdict(rules.evidence_suffices, rules.evidence_suffices(proposal.standing, day)),
            verdict(rules.instalment_is_affordable, rules.instalment_is_affordable(proposal.affordability)),
            verdict(
                rules.hash_is_the_submitted_one,
                rules.hash_is_the_submitted_one(approver.seen_hash, proposal.proposal_hash),
            ),
            verdict(rules.proposal_is_open, rules.proposal_is_open(now, proposal.expires_at)),
            verdict(rules.approver_did_not_review, rules.approver_did_not_review(names, evidence)),
            verdict(rules.approver_is_not_related, rules.approver_is_not_related(names, approver.related)),
            verdict(
                rules.evidence_is_the_submitted, rules.evidence_is_the_submitted(supporting, proposal.evidence_asked)
            ),
            verdict(rules.nobody_signs_twice, rules.nobody_signs_twice(names, proposal.signed_by)),
            verdict(rules.deputy_is_in_office, rules.deputy_is_in_office(lapsed=approver.lapsed)),
        )
    )
