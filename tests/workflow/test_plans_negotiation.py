"""PlanNegotiation on a time-skipping server, with its looks and the core replaced."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from temporalio import activity
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment

from services.common.contracts.workflows import LOOK, NegotiationResult, RoundInput, plan_workflow_id
from services.common.durable.stuck import Resolution, StuckStep, StuckTaskState
from services.common.kernel.errors import Conflict, Unavailable
from services.common.kernel.ids import business_uuid
from services.plans.workflows.messages import ActivationResult, NegotiationState
from services.plans.workflows.negotiation import PlanNegotiation
from tests.workflow.conftest import Working

SECONDS = 30.0
WAIT = NegotiationState()
SIGNED = NegotiationState(activate=True)


def active(name: str) -> NegotiationState:
    return NegotiationState(outcome="active", agreement_id=business_uuid("agreement", name))


class Database:
    """What the looks find, one after the other (the last again and again), and what the core answers."""

    def __init__(self, *found: NegotiationState, core: Sequence[Exception | str] = ("done",)) -> None:
        self.found = list(found)
        self.core = list(core)
        self.asked = 0
        self.given_up = 0
        self.unwilling: Exception | None = None
        self.looked = asyncio.Event()
        self.stuck: list[StuckStep] = []
        self.stuck_asked = asyncio.Event()
        self.resolution: Resolution | None = None

    @activity.defn(name="look_at_negotiation")
    async def look_at_negotiation(self, round_: RoundInput) -> NegotiationState:
        self.looked.set()
        return self.found.pop(0) if len(self.found) > 1 else self.found[0]

    @activity.defn(name="activate_in_core")
    async def activate_in_core(self, round_: RoundInput) -> ActivationResult:
        self.asked += 1
        answer = self.core.pop(0) if len(self.core) > 1 else self.core[0]
        if isinstance(answer, Exception):
            raise answer
        return ActivationResult.model_validate({"outcome": answer})

    @activity.defn(name="give_activation_up")
    async def give_activation_up(self, round_: RoundInput) -> ActivationResult:
        self.given_up += 1
        if self.unwilling is not None:
            raise self.unwilling
        return ActivationResult(outcome="refused")

    @activity.defn(name="stuck_task")
    async def stuck_task(self, stuck: StuckStep) -> StuckTaskState:
        self.stuck.append(stuck)
        self.stuck_asked.set()
        return StuckTaskState(resolution=self.resolution)

    async def next_look(self) -> None:
        await asyncio.wait_for(self.looked.wait(), SECONDS)
        self.looked.clear()

    def activities(self) -> Sequence[Callable[..., Any]]:
        return [self.look_at_negotiation, self.activate_in_core, self.give_activation_up, self.stuck_task]


Handle = WorkflowHandle[Any, NegotiationResult]


async def begin(environment: WorkflowEnvironment, name: str) -> Handle:
    case_id = business_uuid("case", name)
    return await environment.client.start_workflow(
        PlanNegotiation.run,
        RoundInput(case_id=case_id, round=1),
        id=plan_workflow_id(case_id, 1),
        task_queue="plans",
    )


async def result(handle: Handle) -> NegotiationResult:
    return await asyncio.wait_for(handle.result(), SECONDS)


async def test_the_good_path_costs_about_twenty_events(time_skipping: WorkflowEnvironment, working: Working) -> None:
    database = Database(WAIT, SIGNED, active("good"))
    async with working("plans", [PlanNegotiation], database.activities()):
        handle = await begin(time_skipping, "good")
        await database.next_look()
        await handle.signal(LOOK)
        found = await result(handle)
    assert (found.outcome, found.agreement_id) == ("active", business_uuid("agreement", "good"))
    assert database.asked == 1
    events = [event async for event in handle.fetch_history_events()]
    assert len(events) <= 22, [EventType.Name(event.event_type) for event in events]


async def test_a_nudge_before_the_first_look_is_not_lost(time_skipping: WorkflowEnvironment, working: Working) -> None:
    database = Database(WAIT, NegotiationState(outcome="no_agreement"))
    handle = await begin(time_skipping, "early-nudge")
    await handle.signal(LOOK)
    async with working("plans", [PlanNegotiation], database.activities()):
        assert (await result(handle)).outcome == "no_agreement"


async def test_a_deadline_of_weeks_passes_in_milliseconds(time_skipping: WorkflowEnvironment, working: Working) -> None:
    waits = [NegotiationState(wake_in=timedelta(days=days)) for days in (14, 7)]
    database = Database(*waits, NegotiationState(outcome="no_agreement"))
    before = await time_skipping.get_current_time()
    async with working("plans", [PlanNegotiation], database.activities()):
        handle = await begin(time_skipping, "weeks")
        assert (await result(handle)).outcome == "no_agreement"
    assert await time_skipping.get_current_time() - before >= timedelta(days=21)


async def test_a_refused_activation_goes_on_with_the_next_version(
    time_skipping: WorkflowEnvironment, working: Working
) -> None:
    database = Database(SIGNED, WAIT, SIGNED, active("twice"), core=["refused", "done"])
    async with working("plans", [PlanNegotiation], database.activities()):
        handle = await begin(time_skipping, "twice")
        for _ in range(2):
            await database.next_look()
            await handle.signal(LOOK)
        assert (await result(handle)).outcome == "active"
    assert database.asked == 2


async def test_a_core_that_does_not_answer_is_asked_again(time_skipping: WorkflowEnvironment, working: Working) -> None:
    database = Database(SIGNED, active("silent"), core=[*[Unavailable("no answer")] * 6, "done"])
    async with working("plans", [PlanNegotiation], database.activities()):
        assert (await result(await begin(time_skipping, "silent"))).outcome == "active"
    assert database.asked == 7 and not database.stuck


async def test_a_person_decides_on_an_activation_that_is_refused_for_good(
    time_skipping: WorkflowEnvironment, working: Working
) -> None:
    database = Database(SIGNED, NegotiationState(outcome="stopped"), core=[Conflict("the core has no such account")])
    async with working("plans", [PlanNegotiation], database.activities()):
        handle = await begin(time_skipping, "stuck")
        await asyncio.wait_for(database.stuck_asked.wait(), SECONDS)
        database.resolution = "close"
        await handle.signal(LOOK)
        assert (await result(handle)).outcome == "stopped"
    assert database.given_up == 1
    assert {(one.step, one.reason) for one in database.stuck} == {("activate_in_core", "Conflict")}


async def test_an_activation_that_cannot_be_given_up_is_decided_by_a_person_too(
    time_skipping: WorkflowEnvironment, working: Working
) -> None:
    database = Database(SIGNED, core=[Conflict("the core has no such account")])
    database.unwilling = Conflict("the round has no plan")
    database.resolution = "close"
    async with working("plans", [PlanNegotiation], database.activities()):
        assert (await result(await begin(time_skipping, "held-fast"))).outcome == "stopped"
    assert [one.step for one in database.stuck] == ["activate_in_core", "give_activation_up"]


async def test_a_stopped_round_ends(time_skipping: WorkflowEnvironment, working: Working) -> None:
    database = Database(WAIT, NegotiationState(outcome="stopped"))
    async with working("plans", [PlanNegotiation], database.activities()):
        handle = await begin(time_skipping, "stopped")
        await database.next_look()
        await handle.signal(LOOK)
        assert (await result(handle)).outcome == "stopped"
