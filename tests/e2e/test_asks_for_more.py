"""The plan is at risk, and its borrower asks for more: nothing is broken before that is over."""

from tests.e2e.story import Story


async def test_asks_for_more_while_the_plan_is_at_risk(story: Story) -> None:
    await story.agrees()
    await story.until(await story.last_good_day(1))
    await story.days(1)
    await story.case_is("PLAN_AT_RISK")

    # The borrower was told, and says that the income has gone down once more.
    body = {"cause": "INCOME_DROP", "own_words": "又失业了，还不上", "request_type": "DELAY"}
    path = f"/v1/cases/{story.case_id}/requests"
    request = await story.town.post("intake", path, story.agent.username, body)
    await story.town.settles()
    assert request["state"] == "PLAN_AT_RISK" and (await story.agreement())["renegotiating"]
    await story.agent.does("renegotiate", {"decision": "talked"})

    # It is past the day on which the plan would have been broken.
    await story.days(18)
    agreement = await story.agreement()
    assert (agreement["state"], agreement["standing"]) == ("at_risk", "BROKEN_CANDIDATE")

    # A reviewer declines, with reasons, and only then it is broken; the next round begins.
    body = {"reason_code": "NO_HARDSHIP", "reasons": "the income of last month covers what was agreed"}
    await story.town.post("intake", f"/v1/requests/{request['request_id']}/decline", story.supervisor.username, body)
    await story.town.settles()
    assert (await story.agreement())["state"] == "broken"
    assert (await story.way())[-4:] == ["PLAN_ACTIVE", "PLAN_AT_RISK", "PLAN_BROKEN", "CONTACTING"]
