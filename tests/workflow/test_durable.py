"""Waiting, steps and refusals: what every workflow is built of, on a real server."""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid5

import pytest
from temporalio import activity
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment

from services.common.contracts.workflows import LOOK
from services.common.durable.stuck import Resolution, StuckStep, StuckTaskState
from services.common.kernel.errors import Conflict, Unavailable
from services.common.kernel.ids import business_uuid
from tests.waiting import until
from tests.workflow.conftest import Working
from tests.workflow.durable_workflows import Asked, AsksPerson, Done, State, Steps, Waits

CASE = business_uuid("case", "durable")
SECONDS = 30.0


class Database:
    """The own database of these workflows: states to be read one after the other, refusals, and decisions."""

    def __init__(self, *states: State) -> None:
        self.states = list(states)
        self.looks = 0
        self.looked = asyncio.Event()
        self.refusals = 0
        self.write_is_refused = False
        self.resolution: dict[int, Resolution] = {}
        self.stuck: list[StuckStep] = []
        self.tries: Counter[str] = Counter()
        self.away = False

    @activity.defn(name="read")
    async def read(self, asked: Asked) -> State:
        state = self.states[min(self.looks, len(self.states) - 1)]
        self.looks += 1
        self.looked.set()
        return state

    @activity.defn(name="deliver")
    async def deliver(self, asked: Asked) -> Done:
        self.tries["deliver"] += 1
        if self.tries["deliver"] <= self.refusals:
            raise Conflict("the gateway will not take it")
        return Done(note="delivered")

    @activity.defn(name="write")
    async def write(self, asked: Asked) -> Done:
        self.tries["local" if activity.info().is_local else "regular"] += 1
        if self.write_is_refused and not self.stuck:
            raise Conflict("the plan is not there any more")
        if self.away and activity.info().is_local:
            raise Unavailable("the database is away")
        return Done(note="written")

    @activity.defn(name="stuck_task")
    async def stuck_task(self, stuck: StuckStep) -> StuckTaskState:
        if stuck not in self.stuck:
            self.stuck.append(stuck)
        return StuckTaskState(resolution=self.resolution.get(stuck.attempt))

    def activities(self) -> list[Callable[..., Any]]:
        return [self.read, self.deliver, self.write, self.stuck_task]


async def result(handle: WorkflowHandle[object, object]) -> object:
    """The result of a workflow that is expected to end."""
    return await asyncio.wait_for(handle.result(), SECONDS)


async def events(handle: WorkflowHandle[object, object]) -> Counter[int]:
    """How many events of each type a history has."""
    return Counter([event.event_type async for event in handle.fetch_history_events()])


def run_id(name: str) -> str:
    return f"durable/{uuid5(CASE, name)}"


async def test_nudge_before_the_first_look_is_not_lost(time_skipping: WorkflowEnvironment, working: Working) -> None:
    database = Database(State(decided=False), State(decided=True))
    async with working("early", [Waits], database.activities()):
        handle = await time_skipping.client.start_workflow(
            "Waits", Asked(case_id=CASE), id=run_id("early"), task_queue="early", start_signal=LOOK
        )
        assert await result(handle) == 2


async def test_nudge_during_a_look_is_not_lost(time_skipping: WorkflowEnvironment, working: Working) -> None:
    """The decision falls, and the nudge comes, between the read of the database and the wait."""

    class Busy(Database):
        @activity.defn(name="read")
        async def read(self, asked: Asked) -> State:
            state = await super().read(asked)
            if self.looks == 1:
                await time_skipping.client.get_workflow_handle(run_id("during")).signal(LOOK)
            return state

    database = Busy(State(decided=False), State(decided=True))
    async with working("during", [Waits], database.activities()):
        handle = await time_skipping.client.start_workflow(
            "Waits", Asked(case_id=CASE), id=run_id("during"), task_queue="during"
        )
        assert await result(handle) == 2


async def test_nudges_of_one_wait_are_one_look(time_skipping: WorkflowEnvironment, working: Working) -> None:
    database = Database(State(decided=False), State(decided=False), State(decided=True))
    handle = await time_skipping.client.start_workflow(
        "Waits", Asked(case_id=CASE), id=run_id("many"), task_queue="many", start_signal=LOOK
    )
    for _ in range(3):
        await handle.signal(LOOK)
    async with working("many", [Waits], database.activities()):
        await until(lambda: _is(database.looks == 2), "the four nudges were one look")
        await handle.signal(LOOK)
        assert await result(handle) == 3


async def test_timer_only_means_look_again(time_skipping: WorkflowEnvironment, working: Working) -> None:
    database = Database(State(decided=False, wake_in=timedelta(days=40)), State(decided=True))
    async with working("timer", [Waits], database.activities()):
        before = await time_skipping.get_current_time()
        handle = await time_skipping.client.start_workflow(
            "Waits", Asked(case_id=CASE), id=run_id("timer"), task_queue="timer"
        )
        assert await result(handle) == 2
        assert await time_skipping.get_current_time() - before >= timedelta(days=40)
        counts = await events(handle)
    assert counts[EventType.EVENT_TYPE_TIMER_STARTED] == counts[EventType.EVENT_TYPE_TIMER_FIRED] == 1


async def test_wait_without_a_due_instant_costs_no_timer(time_skipping: WorkflowEnvironment, working: Working) -> None:
    database = Database(State(decided=False), State(decided=True))
    async with working("person", [AsksPerson], database.activities()):
        handle = await time_skipping.client.start_workflow(
            "AsksPerson", Asked(case_id=CASE), id=run_id("person"), task_queue="person"
        )
        await asyncio.wait_for(database.looked.wait(), SECONDS)
        await handle.signal(LOOK)
        assert await result(handle) is True
        counts = await events(handle)
    assert counts[EventType.EVENT_TYPE_TIMER_STARTED] == 0
    assert counts[EventType.EVENT_TYPE_MARKER_RECORDED] == 2, "each look is one local activity"
    assert counts[EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED] == 0


@pytest.mark.parametrize(
    ("resolution", "ends_with", "tries"),
    [("retry", ["delivered", "written"], 2), ("skip", ["skipped", "written"], 1), ("close", ["closed"], 1)],
)
async def test_refusal_waits_for_a_person(
    time_skipping: WorkflowEnvironment, working: Working, resolution: Resolution, ends_with: list[str], tries: int
) -> None:
    database = Database()
    database.refusals = 1
    async with working(resolution, [Steps], database.activities()):
        handle = await time_skipping.client.start_workflow(
            "Steps", Asked(case_id=CASE), id=run_id(resolution), task_queue=resolution
        )
        await until(lambda: _is(bool(database.stuck)), "the stuck task was opened")
        await handle.signal(LOOK)  # a nudge without a decision changes nothing
        database.resolution[1] = resolution
        await handle.signal(LOOK)
        assert await result(handle) == ends_with
    assert database.tries["deliver"] == tries
    assert database.stuck == [
        StuckStep(case_id=CASE, workflow_id=run_id(resolution), step="deliver", attempt=1, reason="Conflict")
    ]


async def test_second_refusal_opens_a_second_task(time_skipping: WorkflowEnvironment, working: Working) -> None:
    database = Database()
    database.refusals = 2
    database.resolution = {1: "retry", 2: "skip"}
    async with working("twice", [Steps], database.activities()):
        handle = await time_skipping.client.start_workflow(
            "Steps", Asked(case_id=CASE), id=run_id("twice"), task_queue="twice"
        )
        assert await result(handle) == ["skipped", "written"]
    assert [stuck.attempt for stuck in database.stuck] == [1, 2]


async def test_refused_own_write_waits_for_a_person(time_skipping: WorkflowEnvironment, working: Working) -> None:
    """A local activity raises its refusal bare, without the wrapping of a regular one."""
    database = Database()
    database.write_is_refused = True
    database.resolution = {1: "retry"}
    async with working("refused", [Steps], database.activities()):
        handle = await time_skipping.client.start_workflow(
            "Steps", Asked(case_id=CASE), id=run_id("refused"), task_queue="refused"
        )
        assert await result(handle) == ["delivered", "written"]
    assert [(stuck.step, stuck.reason) for stuck in database.stuck] == [("write", "Conflict")]
    assert database.tries == {"deliver": 1, "local": 2}


async def test_write_that_stays_away_becomes_a_regular_activity(
    time_skipping: WorkflowEnvironment, working: Working
) -> None:
    """An own write is local for five seconds, so that a database that is away holds no workflow task for longer."""
    database = Database()
    database.away = True
    async with working("away", [Steps], database.activities()):
        handle = await time_skipping.client.start_workflow(
            "Steps", Asked(case_id=CASE), id=run_id("away"), task_queue="away"
        )
        assert await result(handle) == ["delivered", "written"]
        counts = await events(handle)
    assert database.tries["local"] == 8 and database.tries["regular"] == 1
    assert counts[EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED] == 2, "the call outside, and the write that was away"


async def _is(condition: bool) -> bool:
    return condition
