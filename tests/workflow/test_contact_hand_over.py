"""RequestHandOver on a time-skipping server: intake is asked until it has heard of the conversation."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from temporalio import activity
from temporalio.testing import WorkflowEnvironment

from services.common.contracts.workflows import HandOverInput, hand_over_workflow_id
from services.common.durable.stuck import Resolution, StuckStep, StuckTaskState
from services.common.kernel.errors import InvalidInput, Unavailable
from services.common.kernel.ids import business_uuid
from services.contact.workflows.hand_over import RequestHandOver
from services.contact.workflows.messages import HandedOver
from tests.workflow.conftest import Working

SECONDS = 30.0


class Steps:
    """What handing over answers, one after the other; the last answer is given again and again."""

    def __init__(self, answers: Sequence[HandedOver | Exception], resolution: Resolution | None = None) -> None:
        self.answers = list(answers)
        self.resolution = resolution
        self.calls: list[str] = []

    @activity.defn(name="hand_over_request")
    async def hand_over_request(self, asked: HandOverInput) -> HandedOver:
        self.calls.append("hand_over")
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    @activity.defn(name="give_up_request")
    async def give_up_request(self, asked: HandOverInput) -> HandedOver:
        self.calls.append("give_up")
        return HandedOver(outcome="given_up")

    @activity.defn(name="stuck_task")
    async def stuck_task(self, stuck: StuckStep) -> StuckTaskState:
        self.calls.append("stuck")
        return StuckTaskState(resolution=self.resolution)


async def handed(environment: WorkflowEnvironment, working: Working, name: str, steps: Steps) -> tuple[str, int]:
    """How it ended, and how many events of history it cost."""
    conversation_id = business_uuid("conversation", name)
    asked = HandOverInput(case_id=business_uuid("case", name), conversation_id=conversation_id)
    async with working(
        "contact", [RequestHandOver], [steps.hand_over_request, steps.give_up_request, steps.stuck_task]
    ):
        handle: Any = await environment.client.start_workflow(
            RequestHandOver.run, asked, id=hand_over_workflow_id(conversation_id), task_queue="contact"
        )
        result = await asyncio.wait_for(handle.result(), SECONDS)
    return result.outcome, len((await handle.fetch_history()).events)


async def test_intake_is_asked_until_it_has_heard_of_the_conversation(
    time_skipping: WorkflowEnvironment, working: Working
) -> None:
    early = Unavailable("intake has not heard of the conversation yet")
    steps = Steps([early, early, HandedOver(outcome="handed_over")])
    outcome, events = await handed(time_skipping, working, "early", steps)
    assert outcome == "handed_over" and steps.calls == ["hand_over"] * 3
    assert events <= 11, "waiting costs no history"


async def test_a_case_that_went_on_needs_nothing(time_skipping: WorkflowEnvironment, working: Working) -> None:
    steps = Steps([HandedOver(outcome="not_needed")])
    assert (await handed(time_skipping, working, "went-on", steps))[0] == "not_needed"


@pytest.mark.parametrize(
    ("resolution", "found"), [("retry", "handed_over"), ("skip", "given_up"), ("close", "given_up")]
)
async def test_a_refusal_for_good_is_decided_by_a_person(
    time_skipping: WorkflowEnvironment, working: Working, resolution: Resolution, found: str
) -> None:
    steps = Steps([InvalidInput("two currencies"), HandedOver(outcome="handed_over")], resolution=resolution)
    outcome, _ = await handed(time_skipping, working, f"refused-{resolution}", steps)
    then = "hand_over" if resolution == "retry" else "give_up"
    assert outcome == found and steps.calls == ["hand_over", "stuck", then]
