"""ClosingSummary on a time-skipping server: tried again until the bank has it, and left to a person when it says no."""

import asyncio

from temporalio import activity
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment

from services.common.contracts.workflows import LOOK, CaseInput, summary_workflow_id
from services.common.durable.stuck import StuckStep, StuckTaskState
from services.common.kernel.ids import business_uuid
from services.followup.workflows.messages import SummaryWritten
from services.followup.workflows.summaries import ClosingSummary
from tests.workflow.conftest import Working

SECONDS = 30.0


class Bank:
    """Away for two attempts, then it refuses until a person has it tried again."""

    def __init__(self) -> None:
        self.attempts = 0
        self.asked = asyncio.Event()
        self.decided = False

    @activity.defn(name="write_closing_summary")
    async def write(self, asked: CaseInput) -> SummaryWritten:
        self.attempts += 1
        if self.attempts <= 2:
            raise ApplicationError("away")
        if not self.decided:
            raise ApplicationError("refused", type="CoreRefused", non_retryable=True)
        return SummaryWritten()

    @activity.defn(name="stuck_task")
    async def stuck(self, step: StuckStep) -> StuckTaskState:
        assert (step.step, step.reason) == ("write_closing_summary", "CoreRefused")
        self.asked.set()
        return StuckTaskState(resolution="retry" if self.decided else None)


async def test_it_is_written_when_a_person_has_it_tried_again(
    time_skipping: WorkflowEnvironment, working: Working
) -> None:
    bank, case_id = Bank(), business_uuid("case", "summary")
    async with working("followup", [ClosingSummary], [bank.write, bank.stuck]):
        handle = await time_skipping.client.start_workflow(
            ClosingSummary.run,
            CaseInput(case_id=case_id),
            id=summary_workflow_id(case_id),
            task_queue="followup",
        )
        ended = asyncio.ensure_future(handle.result())
        await asyncio.wait_for(bank.asked.wait(), SECONDS)
        assert not ended.done()
        bank.decided = True
        await handle.signal(LOOK)
        await asyncio.wait_for(ended, SECONDS)
    assert bank.attempts == 4
