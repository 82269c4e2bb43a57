"""PartyNumbers on a time-skipping server, with its step replaced."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from temporalio import activity
from temporalio.testing import WorkflowEnvironment

from services.common.contracts.workflows import PartyInput, party_workflow_id
from services.common.durable.stuck import Resolution, StuckStep, StuckTaskState
from services.common.kernel.errors import NotFound, Unavailable
from services.common.kernel.ids import business_uuid
from services.contact.workflows.messages import Learned
from services.contact.workflows.party import PartyNumbers
from tests.workflow.conftest import Working

SECONDS = 30.0


class Steps:
    """What the step answers, one after the other; what a person decides when it is refused."""

    def __init__(self, learn: Sequence[Learned | Exception], resolution: Resolution | None = None) -> None:
        self.left = list(learn)
        self.resolution = resolution
        self.calls: list[str] = []

    @activity.defn(name="learn_party")
    async def learn_party(self, party: PartyInput) -> Learned:
        self.calls.append("learn")
        answer = self.left.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    @activity.defn(name="stuck_task")
    async def stuck_task(self, stuck: StuckStep) -> StuckTaskState:
        self.calls.append("stuck")
        return StuckTaskState(resolution=self.resolution)

    def activities(self) -> Sequence[Callable[..., Any]]:
        return [self.learn_party, self.stuck_task]


async def outcome(environment: WorkflowEnvironment, name: str) -> str:
    party = PartyInput(case_id=business_uuid("case", name), party_id=business_uuid("borrower", name))
    handle = await environment.client.start_workflow(
        PartyNumbers.run, party, id=party_workflow_id(party.case_id, party.party_id), task_queue="contact"
    )
    return str((await asyncio.wait_for(handle.result(), SECONDS)).outcome)


async def test_the_numbers_are_learned_when_the_case_is_known(
    time_skipping: WorkflowEnvironment, working: Working
) -> None:
    steps = Steps([Unavailable("the case is not known here yet"), Learned(numbers=2)])
    async with working("contact", [PartyNumbers], steps.activities()):
        assert await outcome(time_skipping, "late") == "learned"
    assert steps.calls == ["learn", "learn"]


@pytest.mark.parametrize(("resolution", "found"), [("retry", "learned"), ("skip", "given_up"), ("close", "given_up")])
async def test_a_party_that_intake_does_not_know_is_decided_by_a_person(
    time_skipping: WorkflowEnvironment, working: Working, resolution: Resolution, found: str
) -> None:
    steps = Steps([NotFound("no such party"), Learned(numbers=0)], resolution)
    async with working("contact", [PartyNumbers], steps.activities()):
        assert await outcome(time_skipping, resolution) == found
    assert steps.calls == ["learn", "stuck"] + ["learn"] * (resolution == "retry")
