"""Submitting a version: its content is frozen under a hash, and somebody with enough authority is asked."""

from datetime import timedelta
from uuid import UUID

from services.common.contracts.events.plans import PlanSubmitted
from services.common.contracts.workflows import plan_workflow_id
from services.common.kernel.errors import Conflict, Refused
from services.common.runtime.caller import Caller
from services.common.runtime.http.answers import Answer
from services.common.runtime.obligations import Obligation
from services.common.runtime.unit_of_work import UnitOfWork
from services.plans.domain.approval import evidence_suffices
from services.plans.domain.authority import needed_level
from services.plans.domain.catalogue import ReliefType
from services.plans.domain.evidence import EvidenceItem
from services.plans.models import Negotiation, Plan
from services.plans.repository import plans
from services.plans.service.asking import ask_for_approval, version_ref
from services.plans.service.checklists import Checklists
from services.plans.service.context import NEGOTIATORS, Context
from services.plans.service.drafting import SUBMISSION
from services.plans.service.facts import concession_of
from services.plans.service.flow import lock_plan, move_plan, require_phase
from services.plans.service.reading import plan_view
from services.plans.service.stored import lines_of, proposal_hash, round_facts, terms_of
from services.plans.vocabulary import Phase, PlanState

APPROVAL = "approval"


class SubmitPlans:
    """Puts the newest version before an approver."""

    def __init__(self, context: Context, checklists: Checklists) -> None:
        self._context = context
        self._checklists = checklists

    async def submit(self, caller: Caller, plan_id: UUID) -> Answer:
        """Freeze and submit. PreconditionRequired, StaleVersion, WrongPhase, Conflict, Refused (evidence)."""
        caller.require_any(NEGOTIATORS)
        async with self._context.database.write(caller) as uow:
            _, negotiation, plan = await lock_plan(uow, plan_id, self._context.seen_by(caller))
            caller.require_version(plan.revision)
            require_phase(negotiation, Phase.DRAFT)
            if plan.state != PlanState.DRAFTED:
                raise Conflict(f"version {plan.version} is {plan.state}")
            now = uow.now()
            day = self._context.day(now)
            statement, checklist = await round_facts(uow, negotiation)
            items, standing = await self._checklists.standing(uow, checklist, statement, day)
            if not evidence_suffices(standing, day):
                raise Refused(
                    "the evidence has expired: it is handed in and reviewed anew before the plan is submitted",
                    rules=["APR-04"],
                )
            matrix = self._context.policies.matrix(day)
            level = needed_level(concession_of(ReliefType(plan.relief_type), terms_of(plan)), matrix)
            lines = lines_of(await plans.schedule(uow.session, plan_id, plan.version), plan.currency)
            plan.proposal_hash = proposal_hash(plan, lines, standing.supporting)
            plan.submitted_by = caller.person
            plan.submitted_at = now
            plan.needed_level = level.code
            plan.expires_at = now + timedelta(hours=matrix.approval_hours)
            await move_plan(uow, plan, PlanState.SUBMITTED, negotiation, Phase.APPROVAL)
            await uow.emit(
                PlanSubmitted(
                    case_id=plan.case_id,
                    plan_id=plan_id,
                    version=plan.version,
                    proposal_hash=plan.proposal_hash,
                    needs_level=level.code,
                    round=plan.round,
                )
            )
            await uow.meet(SUBMISSION, version_ref(plan_id, plan.version))
            people = involved(plan, items, statement.taken_by)
            await ask_for_approval(uow, plan, 1, matrix, people, "plan_submitted")
            await oblige_approval(uow, negotiation, plan)
            return uow.answer(plan_view(plan, lines, items), etag=plan.revision)


def involved(plan: Plan, items: tuple[EvidenceItem, ...], taken_by: str) -> set[str]:
    """Everybody who had a hand in a version and so does not decide on it."""
    handled = {who for item in items for who in (item.uploaded_by, item.reviewed_by) if who}
    return handled | {plan.proposed_by, taken_by} | ({plan.submitted_by} if plan.submitted_by else set())


async def oblige_approval(uow: UnitOfWork, negotiation: Negotiation, plan: Plan) -> None:
    """Have the workflow woken when nobody has decided in time."""
    if plan.expires_at is None:
        raise RuntimeError("only a submitted version waits for approval")
    workflow_id = plan_workflow_id(negotiation.case_id, negotiation.round)
    ref = version_ref(plan.plan_id, plan.version)
    await uow.oblige(Obligation(plan.case_id, APPROVAL, ref, "workflow", plan.expires_at, workflow_id))
