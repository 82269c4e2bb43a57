"""ContactCadence and MessageDelivery on a time-skipping server, with their steps replaced."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from temporalio import activity
from temporalio.testing import WorkflowEnvironment

from services.common.contracts.workflows import (
    LOOK,
    DeliveryRequest,
    RoundInput,
    contact_workflow_id,
    message_workflow_id,
)
from services.common.durable.stuck import Resolution, StuckStep, StuckTaskState
from services.common.kernel.errors import NotFound, Unavailable
from services.common.kernel.ids import business_uuid
from services.contact.errors import TemplateUnfit
from services.contact.workflows.cadence import ContactCadence
from services.contact.workflows.delivery import MessageDelivery
from services.contact.workflows.messages import CadenceLook, CadenceState, Delivered, Learned
from tests.workflow.conftest import Working

SECONDS = 30.0
WORKFLOWS = [ContactCadence, MessageDelivery]


class Steps:
    """What the steps answer, one after the other; the last answer is given again and again."""

    def __init__(
        self,
        cadence: Sequence[CadenceState | Exception] = (),
        deliver: Sequence[Delivered | Exception] = (),
        learn: Sequence[Learned | Exception] = (Learned(numbers=2),),
        give_up: Sequence[Delivered | Exception] = (Delivered(outcome="refused"),),
        resolution: Resolution | None = None,
    ) -> None:
        self.answers: dict[str, list[Any]] = {
            "cadence": list(cadence),
            "deliver": list(deliver),
            "learn": list(learn),
            "give_up": list(give_up),
        }
        self.resolution = resolution
        self.calls: list[str] = []
        self.asked: list[Any] = []
        self.called = asyncio.Event()

    def _answer(self, name: str, asked: Any) -> Any:
        self.calls.append(name)
        self.asked.append(asked)
        self.called.set()
        left = self.answers[name]
        answer = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    @activity.defn(name="advance_cadence")
    async def advance_cadence(self, look: CadenceLook) -> CadenceState:
        answer: CadenceState = self._answer("cadence", look)
        return answer

    @activity.defn(name="learn_numbers")
    async def learn_numbers(self, round_: RoundInput) -> Learned:
        answer: Learned = self._answer("learn", round_)
        return answer

    @activity.defn(name="deliver")
    async def deliver(self, request: DeliveryRequest) -> Delivered:
        answer: Delivered = self._answer("deliver", request)
        return answer

    @activity.defn(name="give_up")
    async def give_up(self, request: DeliveryRequest) -> Delivered:
        answer: Delivered = self._answer("give_up", request)
        return answer

    @activity.defn(name="stuck_task")
    async def stuck_task(self, stuck: StuckStep) -> StuckTaskState:
        self.calls.append("stuck")
        self.called.set()
        return StuckTaskState(resolution=self.resolution)

    async def next_call(self) -> None:
        await asyncio.wait_for(self.called.wait(), SECONDS)
        self.called.clear()

    def activities(self) -> Sequence[Callable[..., Any]]:
        return [
            self.advance_cadence,
            self.learn_numbers,
            self.deliver,
            self.give_up,
            self.stuck_task,
        ]


def wait(days: int | None = None) -> CadenceState:
    return CadenceState(outcome="wait", wake_in=None if days is None else timedelta(days=days))


async def contact(environment: WorkflowEnvironment, name: str) -> Any:
    case_id = business_uuid("case", name)
    return await environment.client.start_workflow(
        ContactCadence.run,
        RoundInput(case_id=case_id, round=1),
        id=contact_workflow_id(case_id, 1),
        task_queue="contact",
    )


async def delivery(environment: WorkflowEnvironment, name: str) -> Any:
    request = DeliveryRequest(
        case_id=business_uuid("case", name),
        purpose="offer",
        object_ref=name,
        version=1,
        template="offer",
        params={},
        message_class="arrangement",
    )
    return await environment.client.start_workflow(
        MessageDelivery.run, request, id=message_workflow_id(request), task_queue="contact"
    )


async def outcome(handle: Any) -> str:
    result = await asyncio.wait_for(handle.result(), SECONDS)
    return str(result.outcome)


async def events(handle: Any) -> int:
    return len((await handle.fetch_history()).events)


async def test_a_silent_borrower_takes_a_month(time_skipping: WorkflowEnvironment, working: Working) -> None:
    steps = Steps(cadence=[wait(3), wait(4), wait(7), wait(15), CadenceState(outcome="exhausted")])
    before = await time_skipping.get_current_time()
    async with working("contact", WORKFLOWS, steps.activities()):
        assert await outcome(await contact(time_skipping, "silent")) == "exhausted"
    assert await time_skipping.get_current_time() - before >= timedelta(days=29)
    assert steps.calls == ["cadence"] * 5


async def test_the_round_waits_for_its_case_learns_the_numbers_and_ends_with_a_reply(
    time_skipping: WorkflowEnvironment, working: Working
) -> None:
    steps = Steps(cadence=[wait(), CadenceState(outcome="learn"), wait(3), CadenceState(outcome="engaged")])
    async with working("contact", WORKFLOWS, steps.activities()):
        handle = await contact(time_skipping, "replies")
        await steps.next_call()
        await handle.signal(LOOK)
        while steps.calls != ["cadence", "cadence", "learn", "cadence"]:
            await steps.next_call()
        await handle.signal(LOOK)
        assert await outcome(handle) == "engaged"


async def test_a_round_that_is_answered_costs_few_events(time_skipping: WorkflowEnvironment, working: Working) -> None:
    steps = Steps(cadence=[CadenceState(outcome="learn"), wait(), CadenceState(outcome="engaged")])
    async with working("contact", WORKFLOWS, steps.activities()):
        handle = await contact(time_skipping, "cheap")
        while steps.calls != ["cadence", "learn", "cadence"]:
            await steps.next_call()
        await handle.signal(LOOK)
        assert await outcome(handle) == "engaged"
    assert await events(handle) <= 18


async def test_without_numbers_somebody_decides_and_the_round_goes_on(
    time_skipping: WorkflowEnvironment, working: Working
) -> None:
    steps = Steps(
        cadence=[CadenceState(outcome="learn"), CadenceState(outcome="stopped")],
        learn=[NotFound("no borrower")],
        resolution="skip",
    )
    async with working("contact", WORKFLOWS, steps.activities()):
        assert await outcome(await contact(time_skipping, "numberless")) == "stopped"
    assert steps.calls == ["cadence", "learn", "stuck", "cadence"]
    assert [one.without_numbers for one in steps.asked if isinstance(one, CadenceLook)] == [False, True]


@pytest.mark.parametrize(("resolution", "found"), [("retry", "engaged"), ("skip", "engaged"), ("close", "stopped")])
async def test_a_look_that_is_refused_for_good_is_decided_by_a_person(
    time_skipping: WorkflowEnvironment, working: Working, resolution: Resolution, found: str
) -> None:
    steps = Steps(cadence=[NotFound("no such policy"), CadenceState(outcome="engaged")], resolution=resolution)
    async with working("contact", WORKFLOWS, steps.activities()):
        handle = await contact(time_skipping, f"refused-{resolution}")
        if resolution == "skip":  # the only one after which the round waits
            while "stuck" not in steps.calls:
                await steps.next_call()
            await handle.signal(LOOK)
        assert await outcome(handle) == found
    assert steps.calls == (["cadence", "stuck"] if resolution == "close" else ["cadence", "stuck", "cadence"])


async def test_a_message_that_may_go_at_once_costs_six_events(
    time_skipping: WorkflowEnvironment, working: Working
) -> None:
    steps = Steps(deliver=[Delivered(outcome="sent")])
    async with working("contact", WORKFLOWS, steps.activities()):
        handle = await delivery(time_skipping, "at-once")
        assert await outcome(handle) == "sent"
    assert await events(handle) <= 6


async def test_a_message_waits_for_the_morning(time_skipping: WorkflowEnvironment, working: Working) -> None:
    later = Delivered(outcome="later", wake_in=timedelta(hours=9))
    steps = Steps(deliver=[later, Delivered(outcome="sent")])
    before = await time_skipping.get_current_time()
    async with working("contact", WORKFLOWS, steps.activities()):
        assert await outcome(await delivery(time_skipping, "morning")) == "sent"
    assert await time_skipping.get_current_time() - before >= timedelta(hours=9)
    assert steps.calls == ["deliver", "deliver"]


async def test_a_message_that_a_stop_covers_goes_out_when_it_is_nudged(
    time_skipping: WorkflowEnvironment, working: Working
) -> None:
    # A sandbox in which time lapses asks for no timer, so that nothing but a nudge wakes it.
    stopped = Delivered(outcome="later")
    steps = Steps(deliver=[stopped, stopped, Delivered(outcome="sent")])
    async with working("contact", WORKFLOWS, steps.activities()):
        handle = await delivery(time_skipping, "stopped")
        for _ in range(2):
            await steps.next_call()
            await handle.signal(LOOK)
        assert await outcome(handle) == "sent"
    assert steps.calls == ["deliver"] * 3


async def test_a_gateway_that_does_not_answer_is_given_time(
    time_skipping: WorkflowEnvironment, working: Working
) -> None:
    steps = Steps(deliver=[*[Unavailable("no answer")] * 12, Delivered(outcome="refused")])
    async with working("contact", WORKFLOWS, steps.activities()):
        handle = await delivery(time_skipping, "no-answer")
        assert await outcome(handle) == "refused"
    assert steps.calls.count("deliver") == 13 and "stuck" not in steps.calls
    history = (await handle.fetch_history()).events
    assert sum(event.HasField("activity_task_scheduled_event_attributes") for event in history) == 1


async def test_a_message_that_cannot_be_written_is_given_up_by_a_person(
    time_skipping: WorkflowEnvironment, working: Working
) -> None:
    steps = Steps(deliver=[TemplateUnfit("no such template")], resolution="close")
    async with working("contact", WORKFLOWS, steps.activities()):
        assert await outcome(await delivery(time_skipping, "unwritten")) == "refused"
    assert steps.calls == ["deliver", "stuck", "give_up"]


async def test_a_message_that_cannot_even_be_given_up_ends_when_a_person_says_so(
    time_skipping: WorkflowEnvironment, working: Working
) -> None:
    steps = Steps(deliver=[TemplateUnfit("no such template")], give_up=[NotFound("no case")], resolution="close")
    async with working("contact", WORKFLOWS, steps.activities()):
        assert await outcome(await delivery(time_skipping, "beyond-help")) == "unreachable"
    assert steps.calls == ["deliver", "stuck", "give_up", "stuck"]
