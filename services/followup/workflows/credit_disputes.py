"""A dispute of the credit record: somebody higher up is told when it is not answered, or not corrected, in time."""

from temporalio import workflow

from services.common.contracts.workflows import CREDIT_DISPUTE_WATCH
from services.common.durable.stuck import CloseCase, Patient, SkipStep
from services.followup.workflows import steps
from services.followup.workflows.messages import DisputeInput, DisputeLook


@workflow.defn(name=CREDIT_DISPUTE_WATCH)
class CreditDisputeWatch(Patient):
    """Ends when the record stands, or its correction is confirmed; the end of the case does not end it."""

    @workflow.run
    async def run(self, asked: DisputeInput) -> None:
        try:
            while not (look := await self._look(asked)).over:
                await self.until_nudged(look.wake_in)
        except (SkipStep, CloseCase):
            # A person took the watch over; the dispute stays in the list of the case.
            return

    async def _look(self, asked: DisputeInput) -> DisputeLook:
        return await self.attempt(asked.case_id, "watch_credit_dispute", steps.watch_credit_dispute, asked)
