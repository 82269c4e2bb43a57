"""AgreementFollowUp: keeps one agreement alive until it is completed, broken or stopped."""

from typing import Final

from temporalio import workflow

from services.common.contracts.workflows import AGREEMENT_FOLLOW_UP, FollowUpInput, FollowUpResult
from services.common.durable.stuck import CloseCase, Patient, SkipStep
from services.followup.workflows import steps

LONGEST: Final = 60
"""Events of a history after which another run takes over: those of about ten reminders. Plans last for years, and a
worker that lost its memory reads all of a run again."""

_LOOK: Final = "look_at_agreement"


@workflow.defn(name=AGREEMENT_FOLLOW_UP)
class AgreementFollowUp(Patient):
    """Looks when there is something to do: a reminder, a notice, the end. Instalments paid in time do not wake it."""

    @workflow.run
    async def run(self, asked: FollowUpInput) -> FollowUpResult:
        self._refusals[_LOOK] = asked.refusals
        while True:
            try:
                found = await self.attempt(asked.case_id, _LOOK, steps.look_at_agreement, asked)
            except SkipStep:
                continue
            except CloseCase:
                return FollowUpResult(outcome="stopped")
            if found.outcome is not None:
                return FollowUpResult(outcome=found.outcome)
            if _is_long():
                # A nudge that comes now is not lost: the next run begins with a look.
                workflow.continue_as_new(asked.model_copy(update={"refusals": self._refusals[_LOOK]}))
            await self.until_nudged(found.wake_in)


def _is_long() -> bool:
    info = workflow.info()
    if info.is_continue_as_new_suggested():
        return True
    # Runs that were longer before there was this bound go on as they began.
    return info.get_current_history_length() >= LONGEST and workflow.patched("runs of bounded length")
