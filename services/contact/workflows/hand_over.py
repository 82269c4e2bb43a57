"""Handing cause and request of a conversation to intake, so that nobody is asked twice."""

from temporalio import workflow

from services.common.contracts.workflows import REQUEST_HAND_OVER, HandOverInput, HandOverResult
from services.common.durable.stuck import CloseCase, Patient, SkipStep
from services.contact.workflows import steps
from services.contact.workflows.messages import HandedOver


@workflow.defn(name=REQUEST_HAND_OVER)
class RequestHandOver(Patient):
    """Ends handed over, not needed, or given up by a person."""

    @workflow.run
    async def run(self, asked: HandOverInput) -> HandOverResult:
        try:
            handed = await self.attempt(asked.case_id, "hand_over_request", steps.hand_over_request, asked)
        except (SkipStep, CloseCase):
            handed = await self._give_up(asked)
        return HandOverResult.model_validate(handed.model_dump())

    async def _give_up(self, asked: HandOverInput) -> HandedOver:
        try:
            return await self.attempt(asked.case_id, "give_up_request", steps.give_up_request, asked)
        except (SkipStep, CloseCase):
            return HandedOver(outcome="given_up")
