"""ClosingSummary: writes back how a case ended well, again until the bank has it."""

from temporalio import workflow

from services.common.contracts.workflows import CLOSING_SUMMARY, CaseInput
from services.common.durable.stuck import CloseCase, Patient, SkipStep
from services.followup.workflows import steps


@workflow.defn(name=CLOSING_SUMMARY)
class ClosingSummary(Patient):
    """One step; the case has ended, and nothing else waits for it."""

    @workflow.run
    async def run(self, asked: CaseInput) -> None:
        try:
            await self.attempt(asked.case_id, "write_closing_summary", steps.write_closing_summary, asked)
        except (SkipStep, CloseCase):
            # A person tells the bank otherwise.
            return
