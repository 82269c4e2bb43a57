"""Asking borrowers what they think of us: once after each conversation and each decision about a plan."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from services.common.contracts.events.agreements import FeedbackRequested
from services.common.contracts.events.contacts import RightPartyContactRecorded
from services.common.contracts.events.plans import PlanApproved, PlanRejected
from services.common.contracts.workflows import DeliveryRequest
from services.common.kernel.ids import business_uuid
from services.common.runtime.consumer.handlers import Received
from services.common.runtime.unit_of_work import UnitOfWork
from services.followup.domain.feedback import asks_by_message
from services.followup.repository.care import feedback
from services.followup.service.care.policies import CarePolicies
from services.followup.service.policies import DEFAULT
from services.followup.vocabulary import FEEDBACK, AskedBy, Occasion

Stage = Literal["talked", "approved", "rejected"]


class FeedbackQuestions:
    """Asks at the portal of all, and by message of some."""

    def __init__(self, care: CarePolicies) -> None:
        self._care = care

    async def apply_talked(self, uow: UnitOfWork, received: Received[RightPartyContactRecorded]) -> None:
        """contact.rpc_recorded: a conversation with the borrower is over."""
        said = received.payload
        await self._ask(uow, said.case_id, Occasion.CONVERSATION, str(said.conversation_id), "talked")

    async def apply_approved(self, uow: UnitOfWork, received: Received[PlanApproved]) -> None:
        """plan.approved: a decision that the borrower hears of."""
        said = received.payload
        await self._ask(uow, said.case_id, Occasion.DECISION, f"{said.plan_id}/{said.version}", "approved")

    async def apply_rejected(self, uow: UnitOfWork, received: Received[PlanRejected]) -> None:
        """plan.rejected: a decision that the borrower hears of."""
        said = received.payload
        await self._ask(uow, said.case_id, Occasion.DECISION, f"{said.plan_id}/{said.version}", "rejected")

    async def _ask(self, uow: UnitOfWork, case_id: UUID, occasion: Occasion, ref: str, stage: Stage) -> None:
        feedback_id = business_uuid("feedback", occasion.value, ref)
        percent = self._care.terms(DEFAULT, uow.now()).feedback.message_percent
        asked_by = AskedBy.MESSAGE if asks_by_message(feedback_id, percent) else AskedBy.PORTAL
        values = {
            "feedback_id": feedback_id, "case_id": case_id, "occasion": occasion.value, "object_ref": ref,
            "stage": stage, "asked_by": asked_by.value, "asked_at": uow.now(),
        }  # fmt: skip
        if not await feedback.ask(uow.session, values):
            return
        await uow.emit(
            FeedbackRequested(case_id=case_id, feedback_id=feedback_id, occasion=occasion.value, stage=stage)
        )
        if asked_by is AskedBy.MESSAGE:
            await uow.send_message(
                DeliveryRequest(
                    case_id=case_id,
                    purpose=FEEDBACK,
                    object_ref=str(feedback_id),
                    version=1,
                    template=FEEDBACK,
                    params={},
                    message_class="reminder",
                )
            )
