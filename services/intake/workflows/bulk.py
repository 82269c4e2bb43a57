"""A job that holds many borrowers, or takes its holds back: batch by batch, from where it stands."""

from temporalio import workflow

from services.common.contracts.workflows import BULK_HOLD_JOB
from services.common.durable.stuck import CloseCase, Patient, SkipStep
from services.intake.workflows import steps
from services.intake.workflows.messages import BulkStep


@workflow.defn(name=BULK_HOLD_JOB)
class BulkHoldJob(Patient):
    """One batch is one transaction; after a crash the next one begins behind the last that was committed."""

    @workflow.run
    async def run(self, step: BulkStep) -> None:
        try:
            while not (await self.attempt(step.bulk_id, "work_bulk_hold", steps.work_bulk_hold, step)).done:
                continue
        except (SkipStep, CloseCase):
            # The job stays where it stands, for the person who decided so; it can be undone.
            return
