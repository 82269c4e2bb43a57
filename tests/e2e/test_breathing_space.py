"""A borrower under protection of the law: everything pauses, and goes on where it stood; a flood, and many at once."""

from datetime import timedelta

import pytest

from tests.e2e.story import Story

CALL = {"channel": "voice", "purpose": "call_borrower", "message_class": "demand"}


@pytest.mark.rule("UK-12")
async def test_breathing_space_pauses_everything_and_resumes(story: Story) -> None:
    await story.begins()
    await story.days(1)
    arrived = await story.borrower.inbox()
    registered = story.town.today
    before = await story.bank.interest_ahead()
    hold = await story.supervisor.places_a_hold("BREATHING_SPACE")
    await story.town.settles()
    # Sixty days from the day after: the last ends at midnight in Shanghai, which is 16:00 of that day in UTC.
    assert hold["ends_at"].startswith((registered + timedelta(days=60)).isoformat())
    # The bank charges nothing for them: one day of the month before the next due date comes before.
    assert await story.supervisor.sees_interest() == [("stopped", "confirmed")]
    assert await story.bank.pauses_of_interest() == [(registered + timedelta(days=1), await story.bank.last_due_date())]
    first, *others = await story.bank.interest_ahead()
    assert first < before[0] and set(others) == {0}

    # For two months nobody writes, nobody is asked to call, and nobody may.
    for _ in range(4):
        await story.days(15)
        assert await story.borrower.inbox() == arrived
        assert await story.agent.kinds() == set()
        asked = await story.town.post("contact", "/v1/permits", story.agent.username, CALL | {"case_id": story.case_id})
        assert (asked["verdict"], asked["rules"]) == ("refused", ["HOLD-01"])
    await story.case_is("CONTACTING")
    assert [message["purpose"] for message in await story.messages()] == ["first_contact"]

    # The last protected day is over. The days of the first message begin again, and then the round goes on.
    await story.until(registered + timedelta(days=62))
    assert await story.messages("follow_up") == []
    assert await story.supervisor.sees_interest() == [("running", "confirmed")]
    sixtieth = registered + timedelta(days=60)
    assert await story.bank.pauses_of_interest() == [(registered + timedelta(days=1), sixtieth)]
    assert (await story.bank.interest_ahead())[-3:] == before[-3:]
    await story.days(4)
    assert [message["state"] for message in await story.messages("follow_up")] == ["delivered"]
    await story.days(4)
    await story.agent.calls("NO_ANSWER")

    # A borrower who answers is in conversation, as if nothing had been in between.
    await story.borrower.replies()
    await story.case_is("ENGAGED")
    assert await story.way() == ["OPENED", "TRIAGED", "CONTACTING", "ENGAGED"]


@pytest.mark.rule("UK-12")
async def test_in_breathing_space_the_borrower_may_talk_and_agree(story: Story) -> None:
    await story.begins()
    await story.supervisor.places_a_hold("BREATHING_SPACE")
    await story.town.settles()
    await story.comes_to_the_table()
    await story.proves_the_hardship()
    # The first instalment falls on the first day after the protection.
    await story.is_offered(first_due_date=story.in_days(61))
    await story.borrower.accepts()
    assert await story.state() == "PLAN_ACTIVE"


@pytest.mark.rule("UK-08", "UK-09")
async def test_whoever_is_at_risk_is_left_alone_and_somebody_looks_at_once(story: Story) -> None:
    await story.begins()
    told = {"kind": "SUICIDE_RISK", "source": "staff"}
    await story.town.post("intake", f"/v1/cases/{story.case_id}/flags", story.agent.username, told)
    await story.town.settles()
    assert await story.supervisor.kinds() | await story.agent.kinds() >= {"review_flag"}
    asked = await story.town.post("contact", "/v1/permits", story.agent.username, CALL | {"case_id": story.case_id})
    assert (asked["verdict"], asked["rules"]) == ("refused", ["HOLD-01"])
    events = await story.timeline()
    assert "SUICIDE" not in str(events)


async def test_after_a_flood_everybody_in_it_is_left_alone_and_then_no_more(story: Story) -> None:
    await story.begins()
    flood = {
        "kind": "DISASTER_AREA",
        "reason": "flood in the delta",
        "selector": {"account_refs": [story.account.account_ref]},
    }
    job = await story.town.post("intake", "/v1/bulk-holds", story.supervisor.username, flood)
    await story.town.settles()
    path = f"/v1/bulk-holds/{job['bulk_id']}"
    done = await story.town.get("intake", path, story.supervisor.username)
    assert (done["state"], done["total"], done["placed"]) == ("placed", 1, 1)
    asked = await story.town.post("contact", "/v1/permits", story.agent.username, CALL | {"case_id": story.case_id})
    assert (asked["verdict"], asked["rules"]) == ("refused", ["HOLD-01"])
    await story.town.post("intake", f"{path}/undo", story.manager.username, etag=f'"{done["version"]}"')
    await story.town.settles()
    assert (await story.town.get("intake", path, story.manager.username))["state"] == "undone"
    again = await story.town.post("contact", "/v1/permits", story.agent.username, CALL | {"case_id": story.case_id})
    assert again["verdict"] == "permitted"


@pytest.mark.rule("UK-13")
async def test_a_core_that_does_not_stop_interest_is_somebodys_work(story: Story) -> None:
    await story.begins()
    await story.bank.will_refuse("error.msg.loan.not.progressive")
    await story.supervisor.places_a_hold("MENTAL_HEALTH_CRISIS")
    await story.town.settles()
    assert await story.supervisor.sees_interest() == [("stopped", "refused")]
    assert await story.bank.pauses_of_interest() == []
    await story.supervisor.does("stuck", {"resolution": "retry"})
    assert await story.supervisor.sees_interest() == [("stopped", "confirmed")]
    ((first, _),) = await story.bank.pauses_of_interest()
    assert first == story.town.today
