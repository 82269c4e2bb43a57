"""AgreementFollowUp on a time-skipping server, with its one look replaced."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from temporalio import activity
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment

from services.common.contracts.workflows import LOOK, FollowUpInput, FollowUpResult, agreement_workflow_id
from services.common.durable.stuck import Resolution, StuckStep, StuckTaskState
from services.common.kernel.errors import Conflict
from services.common.kernel.ids import business_uuid
from services.followup.workflows.follow_up import AgreementFollowUp
from services.followup.workflows.messages import Look
from tests.workflow.conftest import Working

SECONDS = 30.0


class Database:
    """What the looks find, one after the other; the last one is found again and again."""

    def __init__(self, *found: Look) -> None:
        self.found = list(found)
        self.looks = 0
        self.looked = asyncio.Event()
        self.refused = False
        self.resolution: Resolution | None = None
        self.stuck: list[StuckStep] = []

    @activity.defn(name="look_at_agreement")
    async def look_at_agreement(self, asked: FollowUpInput) -> Look:
        if self.refused:
            raise Conflict("nobody can look at this")
        self.looks += 1
        self.looked.set()
        return self.found.pop(0) if len(self.found) > 1 else self.found[0]

    @activity.defn(name="stuck_task")
    async def stuck_task(self, stuck: StuckStep) -> StuckTaskState:
        self.stuck.append(stuck)
        return StuckTaskState(resolution=self.resolution)

    async def next_look(self) -> None:
        await asyncio.wait_for(self.looked.wait(), SECONDS)
        self.looked.clear()

    def activities(self) -> Sequence[Callable[..., Any]]:
        return [self.look_at_agreement, self.stuck_task]


Handle = WorkflowHandle[Any, FollowUpResult]


async def begin(environment: WorkflowEnvironment, name: str) -> Handle:
    agreement_id = business_uuid("agreement", name)
    return await environment.client.start_workflow(
        AgreementFollowUp.run,
        FollowUpInput(case_id=business_uuid("case", name), agreement_id=agreement_id),
        id=agreement_workflow_id(agreement_id),
        task_queue="followup",
    )


async def result(handle: Handle) -> str:
    return (await asyncio.wait_for(handle.result(), SECONDS)).outcome


async def test_it_waits_for_an_agreement_that_is_not_there_yet(
    time_skipping: WorkflowEnvironment, working: Working
) -> None:
    database = Database(Look(), Look(), Look(outcome="completed"))
    async with working("followup", [AgreementFollowUp], database.activities()):
        handle = await begin(time_skipping, "not-yet")
        for _ in range(2):
            await database.next_look()
            await handle.signal(LOOK)
        assert await result(handle) == "completed"
    assert database.looks == 3


async def test_months_pass_from_reminder_to_reminder(time_skipping: WorkflowEnvironment, working: Working) -> None:
    database = Database(*[Look(wake_in=timedelta(days=30))] * 3, Look(outcome="broken"))
    before = await time_skipping.get_current_time()
    async with working("followup", [AgreementFollowUp], database.activities()):
        assert await result(await begin(time_skipping, "months")) == "broken"
    assert await time_skipping.get_current_time() - before >= timedelta(days=90)


async def test_an_agreement_without_reminders_costs_few_events(
    time_skipping: WorkflowEnvironment, working: Working
) -> None:
    database = Database(Look(), Look(outcome="completed"))
    async with working("followup", [AgreementFollowUp], database.activities()):
        handle = await begin(time_skipping, "few")
        await database.next_look()
        await handle.signal(LOOK)
        assert await result(handle) == "completed"
    history = await handle.fetch_history()
    kinds = [event.event_type for event in history.events]
    assert EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED not in kinds
    assert len(kinds) <= 12, kinds


async def test_a_refused_look_is_decided_by_a_person(time_skipping: WorkflowEnvironment, working: Working) -> None:
    database = Database(Look(outcome="completed"))
    database.refused, database.resolution = True, "close"
    async with working("followup", [AgreementFollowUp], database.activities()):
        assert await result(await begin(time_skipping, "refused")) == "stopped"
    assert [(one.step, one.reason) for one in database.stuck] == [("look_at_agreement", "Conflict")]
