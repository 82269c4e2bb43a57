"""The watch over disputes of the credit record: who is higher up is told when the time to act is over."""

from __future__ import annotations

from datetime import datetime, timedelta

from services.common.runtime.caller import Caller
from services.common.runtime.database import Database
from services.common.runtime.obligations import Obligation
from services.common.runtime.tasks import NewTask
from services.common.runtime.unit_of_work import UnitOfWork
from services.followup.models import CreditDispute
from services.followup.repository import credit_disputes
from services.followup.service.policies import DEFAULT, Policies
from services.followup.vocabulary import (
    CORRECTION_LATE,
    CREDIT_CORRECTION,
    CREDIT_DISPUTE,
    DISPUTE_LATE,
    DisputeState,
)
from services.followup.workflows.messages import DisputeInput, DisputeLook, dispute_workflow_id


class WatchCreditDisputes:
    """What the workflow of a dispute does at each look; safe to repeat."""

    def __init__(self, database: Database, policies: Policies) -> None:
        self._database = database
        self._policies = policies

    async def look(self, asked: DisputeInput) -> DisputeLook:
        """Do what is due. Once somebody higher up was told, their task waits."""
        caller = Caller.service(self._database.service, dispute_workflow_id(asked.dispute_id))
        async with self._database.write(caller) as uow:
            dispute = await credit_disputes.lock(uow.session, asked.dispute_id, caller)
            if dispute is None or dispute.state in (DisputeState.UPHELD, DisputeState.CONFIRMED):
                return DisputeLook(over=True)
            if dispute.late_at is not None:
                return DisputeLook(over=False)
            waits = dispute.state == DisputeState.OPEN
            due = _decide_by(uow, dispute, self._policies) if waits else _confirm_by(uow, dispute, self._policies)
            if uow.now() < due:
                return DisputeLook(over=False, wake_in=uow.wake_in(due))
            dispute.late_at = uow.now()
            dispute.version += 1
            if waits:
                await uow.release(CREDIT_DISPUTE, dispute.ref)
                await uow.close_task(CREDIT_DISPUTE, dispute.task_ref, "late")
            else:
                await uow.release(CREDIT_CORRECTION, dispute.ref)
            await self._tell(uow, dispute, DISPUTE_LATE if waits else CORRECTION_LATE)
            await uow.session.flush()
            return DisputeLook(over=False)

    async def _tell(self, uow: UnitOfWork, dispute: CreditDispute, kind: str) -> None:
        path = "decision" if kind == DISPUTE_LATE else "confirmation"
        await uow.open_task(
            NewTask(
                case_id=dispute.case_id,
                kind=kind,
                ref=dispute.ref,
                needs_role="compliance",
                decide_path=f"/v1/credit-disputes/{dispute.dispute_id}/{path}",
                reason="time_is_over",
                deadline=uow.now() + timedelta(days=self._policies.credit_disputes(uow.now()).late_days),
                workflow_id=dispute_workflow_id(dispute.dispute_id),
            )
        )
        subject, detail = f"credit-dispute/{dispute.dispute_id}", {"rule": dispute.rule}
        await uow.audit(f"{kind}.told", subject, case_id=dispute.case_id, detail=detail)


async def oblige_decision(uow: UnitOfWork, dispute: CreditDispute, policies: Policies) -> datetime:
    """Have the watch look when the time to decide is over; the first instant after it."""
    due = _decide_by(uow, dispute, policies)
    workflow_id = dispute_workflow_id(dispute.dispute_id)
    await uow.oblige(Obligation(dispute.case_id, CREDIT_DISPUTE, dispute.ref, "workflow", due, workflow_id))
    return due


async def oblige_confirmation(uow: UnitOfWork, dispute: CreditDispute, policies: Policies) -> None:
    """Have the watch look when the time to confirm a correction is over."""
    due = _confirm_by(uow, dispute, policies)
    workflow_id = dispute_workflow_id(dispute.dispute_id)
    await uow.oblige(Obligation(dispute.case_id, CREDIT_CORRECTION, dispute.ref, "workflow", due, workflow_id))


def _decide_by(uow: UnitOfWork, dispute: CreditDispute, policies: Policies) -> datetime:
    return policies.pack(DEFAULT, uow.now()).at(dispute.due_on + timedelta(days=1))


def _confirm_by(uow: UnitOfWork, dispute: CreditDispute, policies: Policies) -> datetime:
    assert dispute.confirm_by is not None
    return policies.pack(DEFAULT, uow.now()).at(dispute.confirm_by + timedelta(days=1))
