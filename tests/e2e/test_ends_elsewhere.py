"""A borrower dies while a plan is paid, and the estate is wound up: everything stops, and nobody is written to."""

from datetime import timedelta
from typing import Any

from temporalio.client import WorkflowExecutionStatus

from tests.e2e.story import Story
from tests.e2e.town import refused


async def status_of(story: Story, workflow_id: str) -> WorkflowExecutionStatus | None:
    return (await story.town.temporal.get_workflow_handle(workflow_id).describe()).status


async def ends(story: Story, fact: str) -> Any:
    version = (await story.case())["version"]
    body = {"fact": fact, "on": story.in_days(0)}
    path = f"/v1/cases/{story.case_id}/external-end"
    answer = await story.manager.tries("intake", path, body, etag=f'"{version}"')
    await story.town.settles()
    return answer


async def test_an_estate_that_is_wound_up_ends_a_running_plan(story: Story) -> None:
    await story.agrees()
    blocked = refused(await ends(story, "estate_closed"), 409, "end-blocked")
    assert blocked["rule"] == "DECEASED", "nobody has established the death"
    sold = refused(await ends(story, "debt_sold"), 409, "end-blocked")
    assert sold["rule"] == "HOLD-01", "what was agreed is being performed"

    await story.supervisor.places_a_hold("DECEASED")
    before = len(await story.messages())
    assert (await ends(story, "estate_closed")).status_code == 200
    await story.case_is("CLOSED")
    agreement = await story.agreement()
    assert agreement["state"] == "stopped"
    for workflow_id in (f"case/{story.case_id}", f"agreement/{agreement['agreement_id']}"):
        assert await status_of(story, workflow_id) is WorkflowExecutionStatus.COMPLETED, workflow_id

    end = await story.town.get("followup", f"/v1/cases/{story.case_id}/end", "zheng.manager")
    assert (end["reason"], end["credit_status"], end["closing_letter"]) == ("DECEASED", None, None)
    await story.town.passes(timedelta(days=40))
    assert len(await story.messages()) == before, "nobody is reminded, asked or told of a missed instalment"
