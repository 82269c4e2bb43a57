"""Steps that several use cases share: taking the lock of a case, moving its negotiation on, ending it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.common.contracts.workflows import plan_workflow_id
from services.common.runtime.obligations import Obligation
from services.common.runtime.unit_of_work import UnitOfWork
from services.plans.errors import UnknownCase, UnknownPlan, WrongPhase
from services.plans.models import Negotiation, Plan, PlanCase
from services.plans.repository import offers, plans, rounds
from services.plans.repository.access import EVERYTHING, Seen
from services.plans.service.asking import plan_id_of, version_path, version_ref
from services.plans.vocabulary import EndReason, Outcome, Phase, PlanState

CORE_ANSWER = "core_answer"
OPEN_PLANS: Sequence[PlanState] = (
    PlanState.DRAFTED,
    PlanState.SUBMITTED,
    PlanState.RETURNED,
    PlanState.OFFERED,
    PlanState.COUNTERED,
    PlanState.SIGNED,
    PlanState.ACTIVATION_REFUSED,
)


async def lock(uow: UnitOfWork, case_id: UUID, seen: Seen = EVERYTHING) -> tuple[PlanCase, Negotiation]:
    """The case with its lock and its present round. UnknownCase, also for one that is not to be seen."""
    found = await rounds.lock_case(uow.session, case_id, seen)
    if found is None:
        raise UnknownCase("plans does not know this case yet")
    return found


async def lock_plan(uow: UnitOfWork, plan_id: UUID, seen: Seen) -> tuple[PlanCase, Negotiation, Plan]:
    """The newest version of a plan, with the lock of its case. UnknownPlan, also when it is not to be seen."""
    found = await rounds.lock_case_of_plan(uow.session, plan_id, seen)
    plan = await plans.latest(uow.session, plan_id) if found else None
    if found is None or plan is None:
        raise UnknownPlan("there is no plan of this id")
    return *found, plan


def require_phase(negotiation: Negotiation, *allowed: Phase) -> None:
    """Raise `WrongPhase` unless the negotiation waits for one of these."""
    if negotiation.phase not in allowed:
        raise WrongPhase(f"the negotiation is at: {negotiation.phase}", phase=str(negotiation.phase))


async def move_plan(
    uow: UnitOfWork, plan: Plan, state: PlanState, negotiation: Negotiation | None = None, phase: Phase | None = None
) -> None:
    """Put a version in another state, which changes its ETag and is audited; its round waits for `phase` then."""
    before = {"state": str(plan.state), "revision": plan.revision}
    plan.state = state
    plan.revision += 1
    if negotiation is None or phase is None:
        await plans.update(uow.session, plan)
    else:
        await plans.update_with_round(uow.session, plan, negotiation, phase)
    await uow.audit(
        f"plan.{state.lower()}",
        version_path(plan),
        case_id=plan.case_id,
        before=before,
        after={"state": str(state), "revision": plan.revision},
    )


async def nudge(uow: UnitOfWork, negotiation: Negotiation) -> None:
    """Tell the workflow of a round to look again."""
    await uow.nudge(plan_workflow_id(negotiation.case_id, negotiation.round), negotiation.case_id)


async def watch_the_core(uow: UnitOfWork, negotiation: Negotiation, due: datetime) -> None:
    """Wait for what the core says of a plan that it was asked for and that nobody wants any more."""
    plan = await offers.unanswered(uow.session, plan_id_of(negotiation))
    if plan is not None:
        workflow_id = plan_workflow_id(negotiation.case_id, negotiation.round)
        ref = version_ref(plan.plan_id, plan.version)
        await uow.oblige(Obligation(negotiation.case_id, CORE_ANSWER, ref, "workflow", due, workflow_id))


async def end(
    uow: UnitOfWork,
    negotiation: Negotiation,
    outcome: Outcome,
    reason: EndReason,
    agreement_id: UUID | None = None,
) -> None:
    """End a round: nothing of it waits for anybody any more. Whoever is not its workflow nudges that too."""
    before = {"phase": str(negotiation.phase)}
    await rounds.end(uow.session, negotiation, outcome, reason, agreement_id, uow.now())
    await uow.audit(
        f"negotiation.{outcome}",
        f"negotiation/{negotiation.case_id}/{negotiation.round}",
        case_id=negotiation.case_id,
        before=before,
        after={"phase": "ended", "outcome": str(outcome)},
        detail={"reason": str(reason)},
    )
    await uow.close_tasks(negotiation.case_id, f"negotiation_{outcome}")
    await uow.release_all(negotiation.case_id)


async def withdraw_plans(uow: UnitOfWork, case_id: UUID) -> None:
    """Take back everything that is not in force yet, offers before their acceptance included."""
    for plan in await plans.in_states(uow.session, case_id, OPEN_PLANS):
        await offers.withdraw(uow.session, plan, uow.now())
        await move_plan(uow, plan, PlanState.WITHDRAWN)
