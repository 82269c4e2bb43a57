"""The workflows of contact with their steps replaced: what each step answers is said beforehand."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from temporalio import activity
from temporalio.testing import WorkflowEnvironment

from services.common.contracts.workflows import DeliveryRequest, RoundInput, contact_workflow_id, message_workflow_id
from services.common.durable.stuck import Resolution, StuckStep, StuckTaskState
from services.common.kernel.ids import business_uuid
from services.contact.workflows.cadence import ContactCadence
from services.contact.workflows.delivery import MessageDelivery
from services.contact.workflows.messages import CadenceLook, CadenceState, Delivered, Learned

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
