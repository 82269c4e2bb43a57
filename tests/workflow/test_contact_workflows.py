"""ContactCadence on a time-skipping server, with its steps replaced."""

from datetime import timedelta

import pytest
from temporalio.testing import WorkflowEnvironment

from services.common.contracts.workflows import LOOK
from services.common.durable.stuck import Resolution
from services.common.kernel.errors import NotFound
from services.contact.workflows.messages import CadenceLook, CadenceState
from tests.workflow.conftest import Working
from tests.workflow.contact_steps import WORKFLOWS, Steps, contact, events, outcome, wait


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


@pytest.mark.practice("001-11")
async def test_a_refusal_to_talk_has_the_notice_taken_at_once_and_a_fortnight_waited_for(
    time_skipping: WorkflowEnvironment, working: Working
) -> None:
    # Whoever refuses nudges the round; its look takes the notice, and the next one is due when the quiet is over.
    steps = Steps(cadence=[wait(), wait(15), CadenceState(outcome="exhausted")])
    async with working("contact", WORKFLOWS, steps.activities()):
        handle = await contact(time_skipping, "refuses")
        await steps.next_call()
        before = await time_skipping.get_current_time()
        await handle.signal(LOOK)
        await steps.next_call()
        assert await outcome(handle) == "exhausted"
    assert timedelta(days=15) <= await time_skipping.get_current_time() - before < timedelta(days=16)
    assert steps.calls == ["cadence"] * 3


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
