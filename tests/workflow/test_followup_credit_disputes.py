"""CreditDisputeWatch on a time-skipping server, with its look replaced by what a dispute would say."""

import asyncio
from datetime import datetime, timedelta

from temporalio import activity
from temporalio.testing import WorkflowEnvironment

from services.common.contracts.workflows import LOOK
from services.common.kernel.ids import business_uuid
from services.followup.workflows.credit_disputes import CreditDisputeWatch
from services.followup.workflows.messages import DisputeInput, DisputeLook, dispute_workflow_id
from tests.workflow.conftest import Working

SECONDS = 30.0


class Dispute:
    """Late after twenty days, decided by a person afterwards."""

    def __init__(self, environment: WorkflowEnvironment) -> None:
        self.environment = environment
        self.due: datetime | None = None
        self.late = asyncio.Event()
        self.decided = False

    @activity.defn(name="watch_credit_dispute")
    async def look(self, asked: DisputeInput) -> DisputeLook:
        now = await self.environment.get_current_time()
        self.due = self.due or now + timedelta(days=20)
        if now < self.due:
            return DisputeLook(over=False, wake_in=self.due - now)
        self.late.set()
        return DisputeLook(over=self.decided)


async def test_it_looks_when_the_time_is_over_and_waits_for_the_decision(
    time_skipping: WorkflowEnvironment, working: Working
) -> None:
    dispute, dispute_id = Dispute(time_skipping), business_uuid("dispute", "late")
    async with working("followup", [CreditDisputeWatch], [dispute.look]):
        handle = await time_skipping.client.start_workflow(
            CreditDisputeWatch.run,
            DisputeInput(case_id=business_uuid("case", "late"), dispute_id=dispute_id),
            id=dispute_workflow_id(dispute_id),
            task_queue="followup",
        )
        ended = asyncio.ensure_future(handle.result())
        await asyncio.wait_for(dispute.late.wait(), SECONDS)
        assert not ended.done(), "nobody has decided"
        dispute.decided = True
        await handle.signal(LOOK)
        await asyncio.wait_for(ended, SECONDS)
