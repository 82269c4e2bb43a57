"""A request to override a refusal: it waits for a second person, and lapses when nobody decides in time."""

from temporalio import workflow

from services.common.contracts.workflows import OVERRIDE_REQUEST, OverrideInput, OverrideResult
from services.common.durable.stuck import CloseCase, Patient, SkipStep
from services.contact.workflows import steps


@workflow.defn(name=OVERRIDE_REQUEST)
class OverrideRequest(Patient):
    """Ends decided or lapsed. Past its time a request is decided by nobody, whether this has looked or not."""

    @workflow.run
    async def run(self, asked: OverrideInput) -> OverrideResult:
        while True:
            try:
                state = await self.attempt(asked.case_id, "look_at_override", steps.look_at_override, asked)
            except (SkipStep, CloseCase):
                return OverrideResult(outcome="lapsed")
            if state.outcome != "wait":
                return OverrideResult(outcome=state.outcome)
            await self.until_nudged(state.wake_in)
