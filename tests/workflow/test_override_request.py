"""OverrideRequest on a time-skipping server, with its step replaced."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from temporalio import activity
from temporalio.testing import WorkflowEnvironment

from services.common.contracts.workflows import LOOK, OverrideInput, override_workflow_id
from services.common.kernel.ids import business_uuid
from services.contact.workflows.messages import OverrideState
from services.contact.workflows.override import OverrideRequest
from tests.workflow.conftest import Working

SECONDS = 30.0


class Steps:
    """What the looks answer, one after the other."""

    def __init__(self, *answers: OverrideState) -> None:
        self.left = list(answers)
        self.looked = asyncio.Event()

    @activity.defn(name="look_at_override")
    async def look_at_override(self, asked: OverrideInput) -> OverrideState:
        self.looked.set()
        return self.left.pop(0)

    def activities(self) -> Sequence[Callable[..., Any]]:
        return [self.look_at_override]


async def begun(environment: WorkflowEnvironment, name: str) -> Any:
    asked = OverrideInput(case_id=business_uuid("case", name), override_id=business_uuid("override", name))
    return await environment.client.start_workflow(
        OverrideRequest.run, asked, id=override_workflow_id(asked.override_id), task_queue="contact"
    )


async def test_it_looks_again_when_the_time_is_over(time_skipping: WorkflowEnvironment, working: Working) -> None:
    steps = Steps(OverrideState(outcome="wait", wake_in=timedelta(hours=24)), OverrideState(outcome="lapsed"))
    async with working("contact", [OverrideRequest], steps.activities()):
        handle = await begun(time_skipping, "lapses")
        assert (await asyncio.wait_for(handle.result(), SECONDS)).outcome == "lapsed"
    assert steps.left == []


async def test_the_decision_ends_it(time_skipping: WorkflowEnvironment, working: Working) -> None:
    steps = Steps(OverrideState(outcome="wait"), OverrideState(outcome="decided"))
    async with working("contact", [OverrideRequest], steps.activities()):
        handle = await begun(time_skipping, "decided")
        await asyncio.wait_for(steps.looked.wait(), SECONDS)
        await handle.signal(LOOK)
        assert (await asyncio.wait_for(handle.result(), SECONDS)).outcome == "decided"
