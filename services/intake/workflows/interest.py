"""The interest of a held debt: stopped at the bank's core while the hold lasts, running again afterwards."""

from temporalio import workflow

from services.common.contracts.workflows import INTEREST_STOP
from services.common.durable.stuck import CloseCase, Patient, SkipStep
from services.intake.workflows import steps
from services.intake.workflows.messages import InterestInput


@workflow.defn(name=INTEREST_STOP)
class InterestOfHold(Patient):
    """Ends when interest runs again, also after the end of the case."""

    @workflow.run
    async def run(self, stop: InterestInput) -> None:
        try:
            while not (look := await self.attempt(stop.case_id, "stop_interest", steps.stop_interest, stop)).over:
                await self.until_nudged(look.wake_in)
        except (SkipStep, CloseCase):
            # A person settles it with the bank; the hold goes on showing what the core said.
            return
