"""FlagReview, BulkHoldJob and InterestOfHold on a time-skipping server, with their steps replaced."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from temporalio import activity
from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment

from services.common.banking.errors import CoreRefused, CoreUnavailable
from services.common.contracts.workflows import LOOK
from services.common.durable.stuck import Resolution, StuckStep, StuckTaskState
from services.common.kernel.errors import NotFound
from services.common.kernel.ids import business_uuid
from services.intake.workflows.bulk import BulkHoldJob
from services.intake.workflows.flags import FlagReview
from services.intake.workflows.interest import InterestOfHold
from services.intake.workflows.messages import (
    BulkLook,
    BulkStep,
    FlagInput,
    FlagLook,
    InterestInput,
    InterestLook,
    bulk_workflow_id,
    flag_workflow_id,
    interest_workflow_id,
)
from tests.workflow.conftest import Working

SECONDS = 30.0
WORKFLOWS = [FlagReview, BulkHoldJob, InterestOfHold]


class Steps:
    """What the steps answer, one after the other; the last answer is given again and again."""

    def __init__(self, answers: Sequence[Any], resolution: Resolution | None = None) -> None:
        self.answers = list(answers)
        self.resolution = resolution
        self.calls = 0
        self.stuck = 0

    def _next(self) -> Any:
        self.calls += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    @activity.defn(name="review_flag")
    async def review_flag(self, flag: FlagInput) -> FlagLook:
        found: FlagLook = self._next()
        return found

    @activity.defn(name="work_bulk_hold")
    async def work_bulk_hold(self, step: BulkStep) -> BulkLook:
        found: BulkLook = self._next()
        return found

    @activity.defn(name="stop_interest")
    async def stop_interest(self, stop: InterestInput) -> InterestLook:
        found: InterestLook = self._next()
        return found

    @activity.defn(name="stuck_task")
    async def stuck_task(self, stuck: StuckStep) -> StuckTaskState:
        self.stuck += 1
        return StuckTaskState(resolution=self.resolution)

    def all(self) -> list[Any]:
        return [self.review_flag, self.work_bulk_hold, self.stop_interest, self.stuck_task]


async def ended(handle: WorkflowHandle[Any, Any]) -> None:
    await asyncio.wait_for(handle.result(), SECONDS)


def flag_of(name: str) -> FlagInput:
    return FlagInput(case_id=business_uuid("case", name), flag_id=business_uuid("flag", name))


async def begin(environment: WorkflowEnvironment, flag: FlagInput) -> WorkflowHandle[Any, Any]:
    return await environment.client.start_workflow(
        "FlagReview", flag, id=flag_workflow_id(flag), task_queue="care-test"
    )


async def test_a_flag_is_looked_at_when_its_days_come(time_skipping: WorkflowEnvironment, working: Working) -> None:
    steps = Steps(
        [FlagLook(over=False, wake_in=timedelta(days=83)), FlagLook(over=False, wake_in=timedelta(days=7)),
         FlagLook(over=True)]
    )  # fmt: skip
    async with working("care-test", WORKFLOWS, steps.all()):
        await ended(await begin(time_skipping, flag_of("days")))
    assert steps.calls == 3


async def test_a_flag_without_a_day_waits_for_a_nudge(time_skipping: WorkflowEnvironment, working: Working) -> None:
    steps = Steps([FlagLook(over=False), FlagLook(over=True)])
    async with working("care-test", WORKFLOWS, steps.all()):
        handle = await begin(time_skipping, flag_of("nudge"))
        await handle.signal(LOOK)
        await ended(handle)
    assert steps.calls == 2


async def test_a_refused_review_waits_for_a_person(time_skipping: WorkflowEnvironment, working: Working) -> None:
    steps = Steps([NotFound("gone"), FlagLook(over=True)], resolution="close")
    async with working("care-test", WORKFLOWS, steps.all()):
        await ended(await begin(time_skipping, flag_of("refused")))
    assert steps.stuck == 1


async def test_a_job_is_worked_off_batch_by_batch(time_skipping: WorkflowEnvironment, working: Working) -> None:
    steps = Steps([*([BulkLook(done=False)] * 25), BulkLook(done=True)])
    step = BulkStep(bulk_id=business_uuid("bulk", "1"), undo=False)
    async with working("care-test", WORKFLOWS, steps.all()):
        handle = await time_skipping.client.start_workflow(
            "BulkHoldJob", step, id=bulk_workflow_id(step), task_queue="care-test"
        )
        await ended(handle)
    assert steps.calls == 26


async def test_interest_is_asked_for_until_it_runs_again(time_skipping: WorkflowEnvironment, working: Working) -> None:
    """Refused, and tried again by a person; away, and asked again; then stopped until the end of the hold."""
    steps = Steps(
        [CoreRefused("no"), CoreUnavailable(), InterestLook(over=False, wake_in=timedelta(days=60)),
         InterestLook(over=True)],
        resolution="retry",
    )  # fmt: skip
    stop = InterestInput(case_id=business_uuid("case", "interest"), stop_id=business_uuid("interest", "1"))
    async with working("care-test", WORKFLOWS, steps.all()):
        handle = await time_skipping.client.start_workflow(
            "InterestOfHold", stop, id=interest_workflow_id(stop), task_queue="care-test"
        )
        await ended(handle)
    assert (steps.calls, steps.stuck) == (4, 1)
