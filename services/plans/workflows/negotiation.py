"""One negotiation round: from the borrower's request to a plan that runs in the core, or to no agreement.

People and borrowers are answered by the API, in transactions that open the next task and write the next message. The
workflow acts when something signed must be activated, and when a reminder, an approval or an offer is due.
"""

from temporalio import workflow

from services.common.contracts.workflows import PLAN_NEGOTIATION, NegotiationResult, RoundInput
from services.common.durable.stuck import CloseCase, Patient, SkipStep
from services.plans.workflows import steps
from services.plans.workflows.messages import NegotiationState


@workflow.defn(name=PLAN_NEGOTIATION)
class PlanNegotiation(Patient):
    """Waits, looks, and activates; ends with the outcome that its database holds."""

    @workflow.run
    async def run(self, round_: RoundInput) -> NegotiationResult:
        try:
            return await self._negotiate(round_)
        except CloseCase:
            return NegotiationResult(outcome="stopped")

    async def _negotiate(self, round_: RoundInput) -> NegotiationResult:
        while True:
            state = await self._look(round_)
            if state.outcome is not None:
                return NegotiationResult(outcome=state.outcome, agreement_id=state.agreement_id)
            if state.activate:
                await self._activate(round_)
            else:
                await self.until_nudged(state.wake_in)

    async def _look(self, round_: RoundInput) -> NegotiationState:
        try:
            return await self.attempt(round_.case_id, "look_at_negotiation", steps.look_at_negotiation, round_)
        except SkipStep:
            return NegotiationState()

    async def _activate(self, round_: RoundInput) -> None:
        try:
            await self.attempt(round_.case_id, "activate_in_core", steps.activate_in_core, round_)
        except (SkipStep, CloseCase):
            await self._give_up(round_)

    async def _give_up(self, round_: RoundInput) -> None:
        try:
            await self.attempt(round_.case_id, "give_activation_up", steps.give_activation_up, round_)
        except SkipStep:
            # What is signed is still to be activated, so the next look comes back to it.
            workflow.logger.info("an activation that could not be given up is tried again")
