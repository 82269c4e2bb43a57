"""A plan of two years: reminded every month, paid every month, and kept to its end."""

from datetime import date

from services.common.contracts.workflows import agreement_workflow_id
from services.followup.workflows.follow_up import LONGEST
from tests.e2e.story import Story

MONTHS = 24
EVENTS_OF_A_LOOK = 10


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
