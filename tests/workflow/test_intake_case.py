"""CaseWorkflow on a time-skipping server: its steps and the children of other services are replaced by name."""

import asyncio
from datetime import timedelta
from typing import Literal

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.testing import WorkflowEnvironment

from services.common.contracts.workflows import CONTACT_CADENCE, LOOK, RoundInput, contact_workflow_id
from services.common.durable.stuck import Resolution
from services.intake.workflows.messages import Attention, ChildEnd, Closed, Prepared, Reentry, Triaged
from tests.workflow.conftest import Working
from tests.workflow.intake_stage import SECONDS, Stage, agreement_of


@pytest.fixture
def stage(time_skipping: WorkflowEnvironment, working: Working, request: pytest.FixtureRequest) -> Stage:
    return Stage(time_skipping, working, request.node.name)


async def test_a_plan_that_is_kept_ends_the_case(stage: Stage) -> None:
    async with stage:
        handle = await stage.begin()
        await asyncio.wait_for(handle.result(), SECONDS)
    assert stage.database.calls == ["triage", "close"]
    history = await handle.fetch_history()
    kinds = [event.event_type for event in history.events]
    assert EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED not in kinds
    assert len(kinds) <= 40, len(kinds)


async def test_a_case_of_the_bank_asks_the_core_once(stage: Stage) -> None:
    stage.database.triages.insert(0, Triaged(then="learn", round=1))
    async with stage:
        assert await stage.run() == ["triage", "learn_from_core", "triage as is", "close"]


async def test_a_borrower_in_grace_is_not_contacted_before_it_is_over(stage: Stage) -> None:
    stage.database.triages = [Triaged(then="rounds", round=1, prepare=True)]
    stage.database.prepared = [Prepared(ready=False, wake_in=timedelta(days=3)), Prepared(ready=True)]
    async with stage:
        handle = await stage.begin()
        await asyncio.wait_for(handle.result(), SECONDS)
    assert stage.database.calls == ["triage", "prepare_contact", "prepare_contact", "close"]
    history = (await handle.fetch_history()).events
    kinds = [event.event_type for event in history]
    fired = kinds.index(EventType.EVENT_TYPE_TIMER_FIRED)
    assert fired < kinds.index(EventType.EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED), "contact waited"
    assert EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED not in kinds


async def test_a_borrower_who_speaks_first_is_not_kept_waiting(stage: Stage) -> None:
    stage.database.triages = [Triaged(then="rounds", round=1, prepare=True)]
    stage.database.prepared = [Prepared(ready=False), Prepared(ready=True)]
    async with stage:
        handle = await stage.begin()
        await stage.database.until("prepare_contact")
        await handle.signal(LOOK)
        await asyncio.wait_for(handle.result(), SECONDS)
    assert stage.database.calls == ["triage", "prepare_contact", "prepare_contact", "close"]


async def test_a_broken_plan_is_followed_by_a_second_round(stage: Stage) -> None:
    stage.database.breaks = [agreement_of(stage.case_id, 1)]
    stage.database.reentries = [Reentry(then="wait", round=1), Reentry(then="round", round=2)]
    async with stage:
        handle = await stage.begin()
        await stage.database.until("reopen")
        await handle.signal(LOOK)
        await asyncio.wait_for(handle.result(), SECONDS)
    assert stage.database.calls == ["triage", "reopen", "reopen", "close"]


async def test_without_a_further_round_the_case_ends(stage: Stage) -> None:
    stage.database.breaks = [agreement_of(stage.case_id, 1)]
    stage.database.reentries = [Reentry(then="close", round=1)]
    async with stage:
        assert await stage.run() == ["triage", "reopen", "close"]


async def test_a_borrower_whom_nobody_reaches(stage: Stage) -> None:
    stage.database.contact = "exhausted"
    stage.database.reentries = [Reentry(then="wait", round=1), Reentry(then="close", round=1)]
    stage.database.closes = [Closed(closed=False), Closed(closed=True)]
    async with stage:
        handle = await stage.begin()
        for step in ("reopen", "close"):
            await stage.database.until(step)
            await handle.signal(LOOK)
        await asyncio.wait_for(handle.result(), SECONDS)
    assert stage.database.calls == ["triage", "reopen", "reopen", "close", "close"]


async def test_a_supervisor_has_a_borrower_whom_nobody_reached_contacted_again(stage: Stage) -> None:
    stage.database.contact_of = {1: "exhausted"}
    stage.database.reentries = [Reentry(then="wait", round=1), Reentry(then="round", round=2)]
    async with stage:
        handle = await stage.begin()
        await stage.database.until("reopen")
        await handle.signal(LOOK)
        await asyncio.wait_for(handle.result(), SECONDS)
    assert stage.database.calls == ["triage", "reopen", "reopen", "close"]
    assert stage.database.planned == [2] and stage.database.closed_after == [2]


@pytest.mark.parametrize("contact", ["exhausted", "engaged"])
async def test_a_borrower_who_comes_back_before_the_close_is_negotiated_with(
    stage: Stage, contact: Literal["exhausted", "engaged"]
) -> None:
    database = stage.database
    database.contact, database.no_agreement = contact, [1]
    database.reentries = [Reentry(then="close", round=2)]
    database.closes = [Closed(closed=False), Closed(closed=False, round=2), Closed(closed=True)]
    async with stage:
        handle = await stage.begin()
        await database.until("close")
        await handle.signal(LOOK)
        await asyncio.wait_for(handle.result(), SECONDS)
    asked = ["reopen"] if contact == "exhausted" else []
    assert database.calls == ["triage", *asked, "close", "close", "close"]
    assert database.closed_after == [1, 1, 2]
    assert database.planned == ([2] if contact == "exhausted" else [1, 2]), "nobody is contacted once more"


async def test_a_child_that_was_stopped_ends_the_case_for_good(stage: Stage) -> None:
    stage.database.contact = "stopped"
    async with stage:
        assert await stage.run() == ["triage", "withdraw"]


async def test_a_sample_case_waits_for_its_review(stage: Stage) -> None:
    stage.database.triages = [Triaged(then="review", round=1)]
    async with stage:
        handle = await stage.begin()
        await stage.database.until("review_import")
        stage.database.reviewed = True
        await handle.signal(LOOK)
        await asyncio.wait_for(handle.result(), SECONDS)
    assert stage.database.calls == ["triage", "review_import", "review_import", "withdraw"]


@pytest.mark.parametrize(
    ("resolution", "then"),
    [
        ("retry", ["learn_from_core", "triage as is", "close"]),
        ("skip", ["triage as is", "close"]),
        ("close", ["withdraw"]),
    ],
)
async def test_a_stuck_step_is_decided_by_a_person(stage: Stage, resolution: Resolution, then: list[str]) -> None:
    database = stage.database
    database.triages.insert(0, Triaged(then="learn", round=1))
    database.learn_refused = 1
    database.resolutions = [None, resolution]
    async with stage:
        handle = await stage.begin()
        await database.until("stuck_task")
        await handle.signal(LOOK)
        await asyncio.wait_for(handle.result(), SECONDS)
    assert database.calls == ["triage", "learn_from_core", "stuck_task", "stuck_task", *then]
    assert {(one.step, one.attempt, one.reason) for one in database.stuck} == {("learn_from_core", 1, "Conflict")}


async def test_a_child_that_ran_before_is_read_from_the_case(stage: Stage, time_skipping: WorkflowEnvironment) -> None:
    stage.database.ends = [ChildEnd(outcome=None), ChildEnd(outcome="engaged")]
    async with stage:
        before = await time_skipping.client.start_workflow(
            CONTACT_CADENCE,
            RoundInput(case_id=stage.case_id, round=1),
            id=contact_workflow_id(stage.case_id, 1),
            task_queue="contact",
        )
        await before.result()
        handle = await stage.begin()
        await stage.database.until("child_end contact")
        await handle.signal(LOOK)
        await asyncio.wait_for(handle.result(), SECONDS)
    assert stage.database.calls == ["triage", "child_end contact", "pay_attention", "child_end contact", "close"]


async def test_a_person_may_end_a_case_whose_child_works_on(stage: Stage, time_skipping: WorkflowEnvironment) -> None:
    stage.database.plan_ends = False
    async with stage:
        handle = await stage.begin()
        await stage.database.until("triage")
        await handle.signal(LOOK)
        await stage.database.until("pay_attention")
        stage.database.attention = Attention(withdraw=True)
        await handle.signal(LOOK)
        await asyncio.wait_for(handle.result(), SECONDS)
    assert stage.database.calls[-1] == "withdraw"
