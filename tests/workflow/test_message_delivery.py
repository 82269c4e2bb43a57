"""MessageDelivery on a time-skipping server, with its steps replaced."""

from datetime import timedelta

from temporalio.testing import WorkflowEnvironment

from services.common.contracts.workflows import LOOK
from services.common.kernel.errors import NotFound, Unavailable
from services.contact.errors import TemplateUnfit
from services.contact.workflows.messages import Delivered
from tests.workflow.conftest import Working
from tests.workflow.contact_steps import WORKFLOWS, Steps, delivery, events, outcome


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
