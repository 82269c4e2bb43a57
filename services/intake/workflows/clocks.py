"""A statutory clock: somebody is warned before its end, somebody higher up at its end, until it is met."""

from temporalio import workflow

from services.common.contracts.workflows import STATUTORY_CLOCK
from services.common.durable.stuck import CloseCase, Patient, SkipStep
from services.intake.workflows import steps
from services.intake.workflows.messages import ClockInput


@workflow.defn(name=STATUTORY_CLOCK)
class StatutoryClock(Patient):
    """Ends when the clock is met, or the case has ended."""

    @workflow.run
    async def run(self, clock: ClockInput) -> None:
        try:
            while not (look := await self.attempt(clock.case_id, "watch_clock", steps.watch_clock, clock)).over:
                await self.until_nudged(look.wake_in)
        except (SkipStep, CloseCase):
            # A person took the watch over; the clock stays open in the list of the case.
            return
