"""AgreementFollowUp on a time-skipping server, with its one look replaced."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from temporalio import activity
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHandle, WorkflowHistory
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Replayer

from services.common.contracts.workflows import LOOK, FollowUpInput, FollowUpResult, agreement_workflow_id
from services.common.durable.stuck import Resolution, StuckStep, StuckTaskState
from services.common.kernel.errors import Conflict
from services.common.kernel.ids import business_uuid
from services.followup.workflows.follow_up import LONGEST, AgreementFollowUp
from services.followup.workflows.messages import Look
from tests.workflow.conftest import Working

SECONDS = 30.0
RECORDED = Path(__file__).with_name("histories") / "follow_up_of_one_run.json"
#: What one look and the wait after it cost at most: a task, a marker, a patch, a timer set and fired, a nudge.
EVENTS_OF_A_LOOK = 10


class Database:
    """What the looks find, one after the other; the last one is found again and again."""

    def __init__(self, *found: Look) -> None:
        self.found = list(found)
        self.looks = 0
        self.refused_looks: set[int] = set()
        self.looked = asyncio.Event()
        self.refused = False
        self.resolution: Resolution | None = None
        self.stuck: list[StuckStep] = []

    @activity.defn(name="look_at_agreement")
    async def look_at_agreement(self, asked: FollowUpInput) -> Look:
        if self.refused or self.looks in self.refused_looks:
            self.refused_looks.discard(self.looks)
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


class Calendar(Database):
    """Reminds once a month, for so many months, each when its time has come; then the agreement is completed."""

    def __init__(self, environment: WorkflowEnvironment, months: int) -> None:
        super().__init__()
        self.environment = environment
        self.due: list[datetime] = []
        self.months = months
        self.reminded: list[int] = []

    @activity.defn(name="look_at_agreement")
    async def look_at_agreement(self, asked: FollowUpInput) -> Look:
        self.looks += 1
        now = await self.environment.get_current_time()
        self.due = self.due or [now + timedelta(days=30 * month) for month in range(1, self.months + 1)]
        number = len(self.reminded)
        if number < self.months and self.due[number] <= now:
            self.reminded.append(number := number + 1)
        return Look(outcome="completed") if number == self.months else Look(wake_in=self.due[number] - now)


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


async def runs_of(environment: WorkflowEnvironment, handle: Handle) -> list[WorkflowHistory]:
    """The histories of all runs of a follow-up, the first one first."""
    run_id, found = handle.first_execution_run_id, list[WorkflowHistory]()
    while run_id:
        run = environment.client.get_workflow_handle(handle.id, run_id=run_id)
        found.append(await run.fetch_history())
        run_id = found[-1].events[-1].workflow_execution_continued_as_new_event_attributes.new_execution_run_id
    return found


async def test_two_years_of_reminders_in_runs_of_bounded_length(
    time_skipping: WorkflowEnvironment, working: Working
) -> None:
    months = 24
    database = Calendar(time_skipping, months)
    before = await time_skipping.get_current_time()
    async with working("followup", [AgreementFollowUp], database.activities()):
        handle = await begin(time_skipping, "two-years")
        assert await result(handle) == "completed"
    assert await time_skipping.get_current_time() - before >= timedelta(days=30 * months)

    runs = await runs_of(time_skipping, handle)
    assert len(runs) > 1 and max(len(run.events) for run in runs) <= LONGEST + EVENTS_OF_A_LOOK
    kinds = Counter(event.event_type for run in runs for event in run.events)
    assert kinds[EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW] == len(runs) - 1
    # Each month one look; and one more by each run that begins, which finds what came in between.
    assert database.reminded == list(range(1, months + 1)) and database.looks == months + len(runs)
    for run in runs:
        await replay(time_skipping, run)


async def test_an_answered_question_is_not_taken_for_a_new_one_by_a_later_run(
    time_skipping: WorkflowEnvironment, working: Working
) -> None:
    database = Database(*[Look(wake_in=timedelta(days=30))] * 24, Look(outcome="completed"))
    database.refused_looks, database.resolution = {2, 22}, "retry"
    async with working("followup", [AgreementFollowUp], database.activities()):
        handle = await begin(time_skipping, "asked-twice")
        assert await result(handle) == "completed"
    assert len(await runs_of(time_skipping, handle)) > 1
    assert [one.attempt for one in database.stuck] == [1, 2], "two questions, and so two tasks"


async def test_a_run_from_before_the_bound_goes_on_as_it_began(time_skipping: WorkflowEnvironment) -> None:
    recorded = WorkflowHistory.from_json("recorded", RECORDED.read_text("utf-8"))
    assert len(recorded.events) > LONGEST + EVENTS_OF_A_LOOK
    await replay(time_skipping, recorded)


async def replay(environment: WorkflowEnvironment, history: WorkflowHistory) -> None:
    """Today's code asks for the commands of a history."""
    converter = environment.client.data_converter
    await Replayer(workflows=[AgreementFollowUp], data_converter=converter).replay_workflow(history)
