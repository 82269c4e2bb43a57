"""One round of contact: learn the numbers, take the steps as they fall due, end when the borrower answers or not."""

from temporalio import workflow

from services.common.contracts.workflows import CONTACT_CADENCE, ContactResult, RoundInput
from services.common.durable.stuck import CloseCase, Patient, SkipStep
from services.contact.workflows import steps
from services.contact.workflows.messages import CadenceLook, CadenceState


@workflow.defn(name=CONTACT_CADENCE)
class ContactCadence(Patient):
    """Ends engaged, exhausted or stopped."""

    @workflow.run
    async def run(self, round_: RoundInput) -> ContactResult:
        look = CadenceLook(case_id=round_.case_id, round=round_.round)
        while True:
            state = await self._look(look)
            if state.outcome == "wait":
                await self.until_nudged(state.wake_in)
            elif state.outcome == "learn":
                look = await self._learn(round_, look)
            else:
                return ContactResult(outcome=state.outcome)

    async def _look(self, look: CadenceLook) -> CadenceState:
        try:
            return await self.attempt(look.case_id, "advance_cadence", steps.advance_cadence, look)
        except SkipStep:
            return CadenceState(outcome="wait")
        except CloseCase:
            return CadenceState(outcome="stopped")

    async def _learn(self, round_: RoundInput, look: CadenceLook) -> CadenceLook:
        try:
            await self.attempt(round_.case_id, "learn_numbers", steps.learn_numbers, round_)
        except (SkipStep, CloseCase):
            return look.model_copy(update={"without_numbers": True})
        return look
