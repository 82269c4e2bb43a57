"""Judging a decision from what is stored with it: the service decides by this, and a replay asks it again."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.common.kernel.rule import RuleVerdict
from services.plans.domain.affordability import AffordabilityResult
from services.plans.domain.approval import Approver, Proposal, may_approve
from services.plans.domain.authority import AuthorityMatrix, Level, NeededLevel, level_needed
from services.plans.domain.cosigns import Signature, approvers, cosignatures
from services.plans.domain.evidence import EvidenceItem, EvidenceStanding, EvidenceTerms, evidence_standing
from services.plans.domain.signing import Signing, missing, signing
from services.plans.schemas.decisions import (
    ApprovalAsk,
    CircumstancesRecord,
    ConcessionRecord,
    DecisionInputs,
    EvidenceRecord,
    ReasonRecord,
    SignatureRecord,
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """Every rule asked, what the person signs with, and the signatures that are missing before and after."""

    verdicts: tuple[RuleVerdict, ...]
    signing: Signing
    missing: tuple[Signature, ...]

    @property
    def still_missing(self) -> tuple[Signature, ...]:
        """What the plan needs once this person has signed."""
        return tuple(one for one in self.missing if one != self.signing.signature)


def judge(inputs: DecisionInputs, matrix: AuthorityMatrix) -> Judgement:
    """Ask the guard."""
    asked = signatures(inputs.ask, inputs.needed_level, inputs.care, matrix)
    open_ = missing(asked, [one.given() for one in inputs.given])
    handled = frozenset({inputs.proposed_by, inputs.submitted_by, inputs.means_by})
    items, standing = evidence_of(inputs)
    hands = handled | {who for item in items for who in (item.uploaded_by, item.reviewed_by) if who}
    delegations = tuple(one.delegation() for one in inputs.delegations)
    barred = hands | set(inputs.related) | {one.by for one in inputs.given}
    found = signing(frozenset(inputs.roles), open_, delegations, barred, matrix, inputs.at)
    affordable = inputs.payment <= inputs.own_share
    proposal = Proposal(
        proposed_by=inputs.proposed_by,
        handled_by=handled,
        signed_by=frozenset(who for one in inputs.given for who in one.people),
        missing=open_,
        proposal_hash=inputs.content_hash,
        expires_at=inputs.expires_at,
        affordability=AffordabilityResult.AFFORDABLE if affordable else AffordabilityResult.UNAFFORDABLE,
        evidence=items,
        evidence_asked=frozenset(inputs.ask.evidence),
        standing=standing,
    )
    approver = Approver(
        subject=inputs.person,
        signature=found.signature,
        seen_hash=inputs.seen_hash,
        on_behalf_of=None if found.delegation is None else found.delegation.from_subject,
        appointed_by=None if found.delegation is None else found.delegation.given_by,
        lapsed=found.lapsed,
        related=frozenset(inputs.related),
    )
    return Judgement(may_approve(proposal, approver, inputs.at, inputs.day).verdicts, found, open_)


def ask_of(
    concession: ConcessionRecord,
    circumstances: CircumstancesRecord,
    matrix: AuthorityMatrix,
    policy: str,
    evidence: Iterable[str],
) -> ApprovalAsk:
    """Which signatures a version needs under a matrix, and why."""
    needed: NeededLevel = level_needed(concession.concession(), matrix, circumstances.packs)
    found = _signatures(needed.level, circumstances, matrix)
    return ApprovalAsk(
        policy=policy,
        level=needed.level.code,
        reasons=tuple(ReasonRecord(code=r.code, measured=r.measured, level=r.level.code) for r in needed.reasons),
        signatures=tuple(SignatureRecord(part=s.part, authority=s.authority, reasons=s.reasons) for s in found),
        concession=concession,
        circumstances=circumstances,
        evidence=tuple(sorted(evidence)),
    )


def signatures(
    ask: ApprovalAsk, needed_level: str, care: tuple[str, ...], matrix: AuthorityMatrix
) -> tuple[Signature, ...]:
    """What is needed at one instant: what was asked for, by people of the level that is needed since it rose, and what
    the care that is needed now asks for besides."""
    asked = tuple(one.signature() for one in ask.signatures)
    line = tuple(Signature(one.part, needed_level) for one in asked if one.of_the_line)
    beside = {one.part: one for one in asked if not one.of_the_line}
    now = ask.circumstances.model_copy(update={"care": care})
    reached = Level.from_code(ask.level)
    for one in _signatures(reached, now, matrix):
        if not one.of_the_line:
            beside.setdefault(one.part, one)
    return (*line, *beside.values())


def evidence_of(inputs: DecisionInputs) -> tuple[tuple[EvidenceItem, ...], EvidenceStanding]:
    """The documents and how they stood."""
    items = tuple(
        EvidenceItem(e.evidence_id, str(e.kind), e.state, e.valid_through, e.uploaded_by, e.reviewed_by)
        for e in inputs.evidence
    )
    accepted = tuple(sorted({str(e.kind) for e in inputs.evidence if e.accepted}))
    terms = EvidenceTerms(accepted=accepted, needed=inputs.evidence_needed, verify=())
    return items, evidence_standing(terms, items, inputs.day)


def evidence_records(items: Iterable[EvidenceItem], accepted: Iterable[str]) -> tuple[EvidenceRecord, ...]:
    """The documents as a decision stores them: what kind each is stays where it is encrypted."""
    listed, wanted = list(items), set(accepted)
    kinds: dict[str, int] = {}
    return tuple(
        EvidenceRecord(
            evidence_id=item.evidence_id,
            kind=kinds.setdefault(item.document_type, len(kinds)),
            accepted=item.document_type in wanted,
            state=item.state,
            valid_through=item.valid_through,
            uploaded_by=item.uploaded_by,
            reviewed_by=item.reviewed_by,
        )
        for item in listed
    )


def _signatures(level: Level, found: CircumstancesRecord, matrix: AuthorityMatrix) -> tuple[Signature, ...]:
    reached = frozenset(one.code for one in Level if one <= level)
    line = approvers(level.code, matrix.approvers.get(level.code, 1))
    return (*line, *cosignatures(matrix.cosigns, reached, found.circumstances()))
