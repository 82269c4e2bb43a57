"""Four eyes: who proposes does not decide, and who may decide finds the task in the list."""

from tests.e2e.staff import Agent, Supervisor
from tests.e2e.story import Story
from tests.e2e.town import refused


async def test_proposer_cannot_approve_own_plan(story: Story) -> None:
    await story.begins()
    await story.comes_to_the_table()
    await story.proves_the_hardship()

    # A supervisor proposes, who could grant as much to anybody else.
    proposer = Agent(story, story.supervisor.username)
    option = (await proposer.compares_options(first_due_date=story.in_days(10)))["INT_STOP"]
    plan = await proposer.submits(await proposer.drafts(option))
    assert plan["needed_level"] == "supervisor"
    await story.case_is("PENDING_APPROVAL")

    # The task is not in the proposer's list, nor in that of those below or of who took part.
    assert await proposer.list_of("approve_plan") == []
    assert await story.agent.list_of("approve_plan") == []
    path = f"/v1/plans/{plan['plan_id']}/decisions"
    body, etag = await story.supervisor.decision_on(plan)
    own = refused(await proposer.tries("plans", path, body, etag), 409, "own-proposal")
    assert own["rules"] == ["APR-01"], "nobody approves a plan they proposed themselves"
    below = refused(await story.agent.tries("plans", path, body, etag), 409, "own-proposal")
    assert "APR-03" in below["rules"], "an agent who took the means has no authority for this either"
    await story.case_is("PENDING_APPROVAL")

    # Somebody else with authority finds it, takes it, and nobody else can then.
    other = Supervisor(story, "wu.supervisor")
    [task] = await other.list_of("approve_plan")
    assert task["needs_level"] == "supervisor" and "staff-zhou" in task["excluded"]
    stale = await other.tries("plans", path, body, '"1"')
    refused(stale, 412, "stale-version")
    await other.decides(plan)
    await story.case_is("OFFERED")
    assert await other.list_of("approve_plan") == []
