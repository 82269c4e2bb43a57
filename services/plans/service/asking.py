"""Asking people: the tasks of plans, each opened by the transaction that makes it necessary."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from services.common.contracts.workflows import RoundInput
from services.common.kernel.ids import business_uuid
from services.common.runtime.tasks import NewTask
from services.common.runtime.unit_of_work import UnitOfWork
from services.plans.domain.authority import AuthorityMatrix, Level
from services.plans.domain.cosigns import APPROVER, Signature
from services.plans.models import Evidence, Negotiation, Plan, PlanCase
from services.plans.policies import NegotiationTerms
from services.plans.repository import hands

MEANS = "take_statement_of_means"
REVIEW = "review_evidence"
DRAFT = "draft_plan"
APPROVE = "approve_plan"
REFUSE = "refuse_relief"
REVIEW_TERMS = "review_temporary_terms"


def plan_id_of(round_: Negotiation | PlanCase | RoundInput) -> UUID:
    """The plan of a round; of a case, that of its present one."""
    return business_uuid("plan", str(round_.case_id), str(round_.round))


def version_ref(plan_id: UUID, version: int) -> str:
    """How tasks and obligations name one version of a plan."""
    return f"{plan_id}/{version}"


def version_path(plan: Plan) -> str:
    """How the audit and the core name one version of a plan."""
    return f"plan/{plan.plan_id}/v{plan.version}"


async def ask_for_means(uow: UnitOfWork, negotiation: Negotiation, clocks: NegotiationTerms) -> None:
    """Somebody who reviewed no evidence of the case takes the borrower's statement of means."""
    reviewers = await hands.reviewers(uow.session, negotiation.case_id)
    await uow.open_task(
        NewTask(
            case_id=negotiation.case_id,
            kind=MEANS,
            ref=f"{negotiation.case_id}/{negotiation.round}",
            needs_role="agent",
            decide_path=f"/v1/cases/{negotiation.case_id}/statements-of-means",
            reason="relief_requested",
            deadline=uow.now() + timedelta(days=clocks.days_to_take_means),
            excluded=tuple(sorted(reviewers)),
        )
    )


async def ask_for_refusal(uow: UnitOfWork, negotiation: Negotiation, taken_by: str, clocks: NegotiationTerms) -> None:
    """Nothing fits: somebody above the front line who did not take the means says so, with reasons."""
    await uow.open_task(
        NewTask(
            case_id=negotiation.case_id,
            kind=REFUSE,
            ref=f"{negotiation.case_id}/{negotiation.round}",
            needs_role="supervisor",
            decide_path=f"/v1/cases/{negotiation.case_id}/refusal",
            reason="nothing_fits",
            deadline=uow.now() + timedelta(days=clocks.days_to_draft),
            excluded=(taken_by,),
        )
    )


async def ask_for_review(uow: UnitOfWork, evidence: Evidence, clocks: NegotiationTerms) -> None:
    """Somebody who neither uploaded the document nor negotiates checks whether it is genuine."""
    negotiators = await hands.negotiators(uow.session, evidence.case_id)
    await uow.open_task(
        NewTask(
            case_id=evidence.case_id,
            kind=REVIEW,
            ref=str(evidence.evidence_id),
            needs_role="agent",
            decide_path=f"/v1/evidence/{evidence.evidence_id}/reviews",
            reason="evidence_received",
            deadline=uow.now() + timedelta(days=clocks.days_to_review),
            excluded=tuple(sorted(negotiators | {evidence.uploaded_by})),
        )
    )


async def ask_for_draft(
    uow: UnitOfWork, negotiation: Negotiation, version: int, reason: str, clocks: NegotiationTerms
) -> None:
    """Somebody who reviewed no evidence of the case drafts the version `version` of the plan."""
    reviewers = await hands.reviewers(uow.session, negotiation.case_id)
    await uow.open_task(
        NewTask(
            case_id=negotiation.case_id,
            kind=DRAFT,
            ref=version_ref(plan_id_of(negotiation), version),
            needs_role="agent",
            decide_path=f"/v1/cases/{negotiation.case_id}/plans",
            reason=reason,
            deadline=uow.now() + timedelta(days=clocks.days_to_draft),
            excluded=tuple(sorted(reviewers)),
        )
    )


async def ask_for_review_of_terms(uow: UnitOfWork, plan: Plan, deadline: datetime) -> None:
    """Somebody talks with the borrower, before terms for a time run out, about what comes after them."""
    await uow.open_task(
        NewTask(
            case_id=plan.case_id,
            kind=REVIEW_TERMS,
            ref=version_ref(plan.plan_id, plan.version),
            needs_role="agent",
            decide_path=f"/v1/plans/{plan.plan_id}/review",
            reason="review_date",
            deadline=deadline,
        )
    )


def part_ref(plan: Plan, attempt: int, part: str) -> str:
    """How the task of a signature is named: a new one each time nobody decided in time."""
    ref = f"{version_ref(plan.plan_id, plan.version)}/{attempt}"
    return ref if part == APPROVER else f"{ref}/{part}"


async def ask_for_signature(
    uow: UnitOfWork,
    plan: Plan,
    attempt: int,
    signature: Signature,
    matrix: AuthorityMatrix,
    excluded: Iterable[str],
    deputies: tuple[str, ...],
    reason: str,
) -> None:
    """Somebody with the authority that a signature needs, who had no hand in the plan, decides; or their deputy."""
    if plan.expires_at is None:
        raise RuntimeError("approval is asked for a submitted version only")
    line = signature.of_the_line
    await uow.open_task(
        NewTask(
            case_id=plan.case_id,
            kind=APPROVE,
            ref=part_ref(plan, attempt, signature.part),
            needs_role=role_of(Level.from_code(signature.authority), matrix) if line else signature.authority,
            needs_level=signature.authority if line else None,
            decide_path=f"/v1/plans/{plan.plan_id}/decisions",
            reason=reason,
            deadline=plan.expires_at,
            excluded=tuple(sorted(set(excluded))),
            offered_to=deputies,
        )
    )


def role_of(level: Level, matrix: AuthorityMatrix) -> str:
    """The role that carries a level."""
    return next(role for role, code in matrix.roles.items() if code == level.code)
