"""AgreementFollowUp: keeps one agreement alive until it is completed, broken or stopped."""

from temporalio import workflow

from services.common.contracts.workflows import AGREEMENT_FOLLOW_UP, FollowUpInput, FollowUpResult
from services.common.durable.stuck import CloseCase, Patient, SkipStep
from services.followup.workflows import steps


@workflow.defn(name=AGREEMENT_FOLLOW_UP)
class AgreementFollowUp(Patient):
    """Looks when there is something to do: a reminder, a notice, the end. Instalments paid in time do not wake it."""

    @workflow.run
    async def run(self, asked: FollowUpInput) -> FollowUpResult:
        while True:
            try:
                found = await self.attempt(asked.case_id, "look_at_agreement", steps.look_at_agreement, asked)
            except SkipStep:
                continue
            except CloseCase:
                return FollowUpResult(outcome="stopped")
            if found.outcome is not None:
                return FollowUpResult(outcome=found.outcome)
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(asked)
            await self.until_nudged(found.wake_in)
