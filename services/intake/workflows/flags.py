"""The review of a vulnerability flag: asked for in time, and without it the flag expires or stays with somebody."""

from temporalio import workflow

from services.common.contracts.workflows import FLAG_REVIEW
from services.common.durable.stuck import CloseCase, Patient, SkipStep
from services.intake.workflows import steps
from services.intake.workflows.messages import FlagInput


@workflow.defn(name=FLAG_REVIEW)
class FlagReview(Patient):
    """Ends when the flag has ended, or the case that reviews it."""

    @workflow.run
    async def run(self, flag: FlagInput) -> None:
        try:
            while not (look := await self.attempt(flag.case_id, "review_flag", steps.review_flag, flag)).over:
                await self.until_nudged(look.wake_in)
        except (SkipStep, CloseCase):
            # A person took the review over; the flag stays as it is until it is ended by hand.
            return
