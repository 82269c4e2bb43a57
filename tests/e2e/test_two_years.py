"""A plan of two years: reminded every month, paid every month, and kept to its end."""

from collections.abc import AsyncIterator
from datetime import date

import pytest
import pytest_asyncio

from sandbox.engines.state import State
from services.common.contracts.workflows import agreement_workflow_id
from services.followup.workflows.follow_up import LONGEST
from tests.e2e.story import Story
from tests.e2e.town import town

MONTHS = 24
EVENTS_OF_A_LOOK = 10


@pytest_asyncio.fixture(loop_scope="session")
async def story(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Story]:
    """A town of its own: two years would pass for everybody who lives in another one, and cost as much."""
    state = State(tmp_path_factory.mktemp("two_years"))
    try:
        async with town(state.root) as alone:
            yield Story(alone, "two_years")
    finally:
        state.remove()


async def test_two_years_of_instalments(story: Story) -> None:
    plan = await story.agrees(instalments=MONTHS)
    assert len(plan["schedule"]) == MONTHS
    for line in plan["schedule"]:
        await story.until(date.fromisoformat(line["due_date"]))
        await story.borrower.pays(line["number"])
    await story.days(1)
    await story.case_is("CLOSED")
    agreement = await story.agreement()
    assert (agreement["state"], agreement["standing"]) == ("completed", "COMPLETED")
    assert {line["state"] for line in agreement["instalments"]} == {"PAID"}
    assert (await story.way())[-4:] == ["AGREED", "PLAN_ACTIVE", "PLAN_COMPLETED", "CLOSED"]
    assert len(await story.messages("reminder")) == MONTHS, "each month one, and none twice"
    assert await story.messages("missed_notice") == []

    # Its workflow handed over from run to run: none of them is long.
    handle = story.town.temporal.get_workflow_handle(agreement_workflow_id(agreement["agreement_id"]))
    last = await handle.describe()
    assert last.history_length <= LONGEST + EVENTS_OF_A_LOOK
    assert last.run_id != last.raw_description.workflow_execution_info.first_run_id
