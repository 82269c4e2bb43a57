"""Ending a plan that binds, because what it rested on is gone: back to a draft, or undone at the core by its people."""

from datetime import timedelta
from uuid import UUID

from services.common.contracts.events.plans import PlanEndRequested
from services.common.runtime.caller import Caller
from services.common.runtime.http.answers import Answer
from services.common.runtime.tasks import NewTask
from services.common.runtime.unit_of_work import UnitOfWork
from services.plans.errors import UnknownPlan
from services.plans.errors_ending import CoreUndecided, NothingToEnd, PlanStillRuns
from services.plans.models import Negotiation, Plan, PlanCase
from services.plans.repository import offers, plans
from services.plans.schemas.plans import ConfirmEnd, PlanEnded
from services.plans.service.agreement import core_outcome
from services.plans.service.asking import version_path, version_ref
from services.plans.service.context import Context
from services.plans.service.flow import lock_plan, move_plan, nudge
from services.plans.vocabulary import PlanState

UNDO = "undo_plan"
UNDOES = frozenset({"manager"})
EVIDENCE_REVOKED = "evidence_revoked"
ASSESSED_ANEW = "assessed_anew"
"""What the core and others are told of the reason: not that it was a document, and not which."""


async def end_what_binds(
    context: Context,
    uow: UnitOfWork,
    case: PlanCase,
    negotiation: Negotiation,
    plan: Plan,
    *,
    task_reason: str = EVIDENCE_REVOKED,
    code: str = ASSESSED_ANEW,
) -> None:
    """End a version that is signed or in force. CoreUndecided while the core was asked for it and has not answered.

    One that the core was not asked for goes back to a draft and the borrower is told, as when the core refuses. One in
    force stays so until the bank's people have undone it there: the core is told, and a manager sees to it by a day.
    """
    if plan.state == PlanState.SIGNED:
        if await offers.was_intended(uow.session, plan):
            raise CoreUndecided("wait for the answer of the core, then decide")
        await core_outcome.refused(context, uow, case, negotiation, plan, code)
        await nudge(uow, negotiation)
        return
    clocks = context.policies.clocks(context.day(uow.now()))
    due = uow.now() + timedelta(days=clocks.days_to_undo)
    await uow.open_task(
        NewTask(
            case_id=plan.case_id,
            kind=UNDO,
            ref=version_ref(plan.plan_id, plan.version),
            needs_role="manager",
            decide_path=f"/v1/plans/{plan.plan_id}/end",
            reason=task_reason,
            deadline=due,
        )
    )
    await uow.emit(
        PlanEndRequested(
            case_id=plan.case_id,
            plan_id=plan.plan_id,
            version=plan.version,
            round=plan.round,
            account_ref=plan.account_ref,
            core_reference=await offers.reference_of(uow.session, plan),
            reason_code=code,
            undo_by=context.day(due),
        )
    )


class EndPlans:
    """Takes a manager's word that a plan was undone at the core, and looks there."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def confirm(self, caller: Caller, plan_id: UUID, body: ConfirmEnd) -> Answer:
        """Stop a plan that the core does not run any more. UnknownPlan, NothingToEnd, PlanStillRuns, CoreUnavailable.

        The case is closed, or a further round begun, by the people of the case.
        """
        caller.require_any(UNDOES)
        async with self._context.database.read() as session:
            shown = await plans.latest(session, plan_id, self._context.seen_by(caller))
        if shown is None:
            raise UnknownPlan("there is no plan of this id")
        runs = await self._context.core.read_plan(shown.account_ref, core_outcome.key_of(shown))
        async with self._context.database.write(caller) as uow:
            _, _, plan = await lock_plan(uow, plan_id, self._context.seen_by(caller))
            if plan.state != PlanState.ACTIVE or not await uow.close_task(
                UNDO, version_ref(plan_id, plan.version), "undone"
            ):
                raise NothingToEnd("nobody has decided that it ends")
            if runs is not None:
                raise PlanStillRuns("have it undone at the core first")
            await offers.withdraw(uow.session, plan, uow.now())
            await move_plan(uow, plan, PlanState.STOPPED)
            await uow.audit(
                "plan.undone", version_path(plan), case_id=plan.case_id, detail={"core_reference": body.core_reference}
            )
            return uow.answer(PlanEnded(plan_id=plan_id, version=plan.version, state=str(plan.state)))
