"""What a state waits for: opened when a case comes to it, closed when it leaves."""

from datetime import timedelta

from services.common.contracts.workflows import case_workflow_id
from services.common.runtime.obligations import Obligation
from services.common.runtime.tasks import CASE_CLOSED, NewTask
from services.common.runtime.unit_of_work import UnitOfWork
from services.intake.domain.case_state import CaseState
from services.intake.models import CollectionsCase
from services.intake.policies import Policies
from services.intake.repository import parked
from services.intake.service.states.names import (
    RECORD_REQUEST,
    REOPEN_OR_REFER,
    REVIEW_IMPORT,
    REVIEW_NO_CONTACT,
    STANDS,
    TRIAGE,
    of_round,
    of_step,
)


async def leave(uow: UnitOfWork, case: CollectionsCase, left: CaseState, left_version: int) -> None:
    """Close what was waited for in the state that the case leaves."""
    done = "case_moved_on"
    if left is CaseState.OPENED:
        await uow.meet(TRIAGE, str(case.case_id))
    elif left is CaseState.ENGAGED:
        await uow.close_task(RECORD_REQUEST, of_step(case, left_version), done)
    elif left is CaseState.PLAN_BROKEN:
        await uow.close_task(REOPEN_OR_REFER, of_round(case), done)
    elif left is CaseState.NO_AGREEMENT:
        await uow.close_task(REVIEW_NO_CONTACT, of_round(case), done)
    elif left is CaseState.TRIAGED and not case.contactable:
        await uow.close_task(REVIEW_IMPORT, str(case.case_id), done)
    if case.attention is not None:
        await uow.close_task("stuck", case.attention, done)
        case.attention = None


async def enter(uow: UnitOfWork, case: CollectionsCase, policies: Policies, *, asked: bool) -> None:
    """Open what the new state waits for, and wake the workflow if it waits for this state.

    Nobody is asked to record the request of a borrower who has `asked` before.
    """
    now = uow.now()
    state = CaseState(case.state)
    if state is CaseState.CLOSED:
        await _end(uow, case)
        return
    policy = policies.cases(now)
    workflow_id = case_workflow_id(case.case_id)
    due = policy.still_until(state, case.plan_ends_on, now)
    await uow.oblige(Obligation(case.case_id, STANDS, str(case.case_id), "workflow", due, workflow_id))
    if state is CaseState.ENGAGED and not asked:
        await uow.open_task(
            NewTask(
                case_id=case.case_id,
                kind=RECORD_REQUEST,
                ref=of_step(case, case.state_version),
                needs_role="agent",
                decide_path=f"/v1/cases/{case.case_id}/requests",
                reason="borrower_reached",
                deadline=now + timedelta(days=policy.record_request_days),
            )
        )
    if case.awaited is not None and state in case.awaited:
        case.awaited = None
        await uow.nudge(workflow_id, case.case_id)


async def _end(uow: UnitOfWork, case: CollectionsCase) -> None:
    """Nothing is waited for any more after the close."""
    if case.parked:
        await parked.settle_all(uow.session, case.case_id, CASE_CLOSED, uow.now())
        case.parked = 0
    await uow.close_tasks(case.case_id, CASE_CLOSED)
    await uow.release_all(case.case_id)
