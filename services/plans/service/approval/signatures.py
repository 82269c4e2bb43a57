"""Asking for the signatures that a submitted version needs, until it is decided."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from services.common.contracts.workflows import plan_workflow_id
from services.common.runtime.obligations import Obligation
from services.common.runtime.unit_of_work import UnitOfWork
from services.plans.domain.cosigns import Signature
from services.plans.domain.evidence import EvidenceItem
from services.plans.models import Negotiation, Plan
from services.plans.repository import authority
from services.plans.repository.authority import Standing
from services.plans.repository.plans import DecisionRow
from services.plans.schemas.decisions import ApprovalAsk
from services.plans.service.approval.judging import signatures
from services.plans.service.asking import APPROVE, ask_for_signature, part_ref, version_ref
from services.plans.service.context import Context
from services.plans.vocabulary import Decision

APPROVAL = "approval"


def asked_of(plan: Plan) -> ApprovalAsk:
    """Which signatures a submitted version needs, and why."""
    return ApprovalAsk.model_validate(plan.asked)


def unsigned(context: Context, plan: Plan, decided: Sequence[DecisionRow], standing: Standing) -> list[Signature]:
    """The signatures that a submitted version still needs, those that the care of today asks for included."""
    ask = asked_of(plan)
    matrix = context.policies.authority.named(ask.policy).value
    given = {row.part for row in decided if row.decision == Decision.SIGN}
    needed = signatures(ask, plan.needed_level or ask.level, standing.care, matrix)
    return [one for one in needed if one.part not in given]


def attempt_of(decided: Sequence[DecisionRow]) -> int:
    """How often a decision was asked for: once more each time that nobody decided in time."""
    return 1 + sum(row.decision == Decision.EXPIRED for row in decided)


def involved(plan: Plan, items: Iterable[EvidenceItem], taken_by: str) -> set[str]:
    """Everybody who had a hand in a version and so does not decide on it."""
    handled = {who for item in items for who in (item.uploaded_by, item.reviewed_by) if who}
    return (handled | {plan.proposed_by, taken_by, plan.submitted_by or ""}) - {""}


def signed_by(decided: Iterable[DecisionRow]) -> set[str]:
    """Everybody whose signature a version has: of deputies' those of the absent ones and of who chose the deputies."""
    people = ((row.decided_by, row.on_behalf_of, row.authority.get("appointed_by")) for row in decided)
    return {who for named in people for who in named if who}


async def people_of(uow: UnitOfWork, plan: Plan) -> Standing:
    """Who is linked to the borrower, who stands in for whom now, and the care that the case asks for."""
    return await authority.standing(uow.session, plan.case_id, deputy=None, at=uow.now())


async def seek_signatures(
    context: Context,
    uow: UnitOfWork,
    plan: Plan,
    attempt: int,
    wanted: Iterable[Signature],
    excluded: set[str],
    standing: Standing,
    reason: str,
) -> None:
    """Open a task for each signature that has none yet, also to the deputies of those who are away.

    Of several people of the line one is asked after the other, so that who has signed is not asked again.
    """
    matrix = context.policies.authority.named(asked_of(plan).policy).value
    missing = tuple(wanted)
    line = [one for one in missing if one.of_the_line]
    for signature in (*line[:1], *(one for one in missing if not one.of_the_line)):
        await ask_for_signature(
            uow, plan, attempt, signature, matrix, excluded, deputies_for(signature, standing, excluded), reason
        )


def deputies_for(signature: Signature, standing: Standing, excluded: set[str]) -> tuple[str, ...]:
    """Who may give a signature in the place of somebody, and had no hand in the plan, as neither had the absent one."""
    all_ = (one.delegation() for one in standing.delegations)
    fit = (one for one in all_ if not excluded & (one.behind | {one.to_subject}))
    return tuple(sorted({one.to_subject for one in fit if one.carries(signature)}))


async def close_approval(uow: UnitOfWork, plan: Plan, attempt: int, open_: Iterable[Signature], decision: str) -> None:
    """Nobody is asked any more, and nobody waits."""
    for signature in open_:
        await uow.close_task(APPROVE, part_ref(plan, attempt, signature.part), decision)
    await uow.meet(APPROVAL, version_ref(plan.plan_id, plan.version))


async def oblige_approval(context: Context, uow: UnitOfWork, negotiation: Negotiation, plan: Plan) -> None:
    """Have the workflow woken when it is time to remind, and when nobody has decided in time."""
    if plan.expires_at is None:
        raise RuntimeError("only a submitted version waits for approval")
    due = remind_at(context, plan) if plan.reminded_at is None else plan.expires_at
    workflow_id = plan_workflow_id(negotiation.case_id, negotiation.round)
    ref = version_ref(plan.plan_id, plan.version)
    await uow.oblige(Obligation(plan.case_id, APPROVAL, ref, "workflow", due, workflow_id))


def remind_at(context: Context, plan: Plan) -> datetime:
    """When those who are asked are reminded: some hours before the time for approval is over."""
    if plan.expires_at is None:
        raise RuntimeError("only a submitted version waits for approval")
    matrix = context.policies.authority.named(asked_of(plan).policy).value
    return plan.expires_at - timedelta(hours=matrix.approval_hours - matrix.approval_reminder_hours)
