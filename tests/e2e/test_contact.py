"""Reaching the borrower, or not: silence, a stop in the middle, and somebody who comes before anything is past due."""

from time import monotonic

import pytest

from tests.e2e.story import Story

SECONDS = 10.0


@pytest.mark.practice("001-11", "002-08")
async def test_borrower_falls_silent(story: Story) -> None:
    await story.begins()
    await story.days(3)
    assert [message["purpose"] for message in await story.messages()].count("follow_up") == 1

    # Nobody answers messages, and nobody answers the telephone.
    await story.days(4)
    call = await story.agent.calls("NO_ANSWER")
    assert call["counts_as_attempt"] and not call["engaged"]
    assert await story.agent.kinds() == set()

    # A written notice, and then quiet: for a fortnight nobody may call.
    await story.days(7)
    assert len(await story.messages("written_notice")) == 1
    voice = next(one for one in (await story.contact())["channels"] if one["channel"] == "voice")
    assert not voice["permitted"] and voice["rules"] == ["HOLD-01"]
    await story.days(13)
    await story.case_is("CONTACTING")

    # The fortnight is over. Silence is no answer: nothing ends before a supervisor has looked at it.
    await story.days(2)
    await story.case_is("NO_AGREEMENT")
    assert await story.agent.kinds() == set()
    assert await story.supervisor.kinds() == {"review_no_contact"}
    await story.days(3)
    await story.case_is("NO_AGREEMENT")

    # She has the borrower written to once more, in a second round that is as silent as the first. Only then, and after
    # all that comes before it, is the borrower told what follows.
    await story.supervisor.does("review_no_contact", {"decision": "reopen"})
    await story.case_is("CONTACTING")
    assert len(await story.messages("first_contact")) == 2
    await story.days(7)
    await story.agent.calls("NO_ANSWER")
    assert await story.messages("consequences") == []
    await story.days(7)
    assert len(await story.messages("consequences")) == 1
    await story.days(23)
    steps = (await story.contact())["steps"]
    assert [step["stage"] for step in steps if step["round"] == 2][::-1] == [
        "question", "help", "talk", "facts", "notice",
    ]  # fmt: skip
    assert all(step["reason"] and step["reason_zh"] for step in steps)

    # Then she ends it, in a letter.
    await story.supervisor.does("review_no_contact", {"decision": "close"})
    await story.case_is("CLOSED")
    tried = ["CONTACTING", "NO_AGREEMENT"]
    assert await story.way() == ["OPENED", "TRIAGED", *tried, *tried, "CLOSED"]
    assert {message["purpose"] for message in await story.messages()} == {
        "first_contact", "follow_up", "consequences", "written_notice", "closing",
    }  # fmt: skip
    assert await story.supervisor.kinds() == set()


async def test_a_borrower_who_answers_while_a_supervisor_is_asked_is_heard(story: Story) -> None:
    await story.begins()
    await story.days(7)
    await story.agent.calls("NO_ANSWER")
    await story.days(23)
    assert await story.supervisor.kinds() == {"review_no_contact"}
    await story.borrower.replies()
    await story.case_is("ENGAGED")
    assert await story.supervisor.kinds() == {"record_request"}


@pytest.mark.practice("001-11")
async def test_a_borrower_who_does_not_want_to_talk_is_written_to_and_left_in_peace(story: Story) -> None:
    await story.begins()
    call = await story.agent.speaks("RPC_REFUSED_TALK", "does not want to talk")
    assert call["counts_as_rpc"] and not call["engaged"]
    await story.case_is("CONTACTING")

    # The position of the bank goes out in writing at once; then nobody asks for anything for a fortnight.
    assert len(await story.messages("written_notice")) == 1
    assert await story.agent.kinds() == set()
    await story.days(10)
    voice = next(one for one in (await story.contact())["channels"] if one["channel"] == "voice")
    assert not voice["permitted"] and voice["rules"] == ["HOLD-01"]

    # A word of the borrower ends the quiet, and they are in conversation.
    await story.borrower.replies()
    await story.case_is("ENGAGED")
    voice = next(one for one in (await story.contact())["channels"] if one["channel"] == "voice")
    assert voice["permitted"], voice


@pytest.mark.days_past_due(0)
async def test_borrower_asks_for_help_before_anything_is_past_due(story: Story) -> None:
    await story.bank.opens_the_account()
    assert await story.borrower.asks_for_help() == 201
    case = await story.case()
    assert (case["days_past_due"], case["bucket"], case["treatment"]) == (0, "M0", "preventive")

    # Whoever asks has been reached already: nobody writes, somebody listens.
    await story.case_is("ENGAGED")
    assert await story.messages() == []
    await story.agent.records_the_request()
    await story.agent.takes_the_means()
    await story.proves_the_hardship()
    plan = await story.is_offered("EXTEND", first_due_date=story.in_days(10))
    before, after = (story.money(plan["comparison"][side]) for side in ("before_payment", "after_payment"))
    assert after < before

    # A code to sign with goes to no number that nobody has confirmed.
    await story.agent.reads_out_what_is_known()
    await story.borrower.accepts()
    await story.case_is("PLAN_ACTIVE")
    assert (await story.bank.restructuring())["schedule_hash"] == plan["schedule_hash"]


async def test_a_hold_stops_a_demand_within_seconds(story: Story) -> None:
    await story.begins()
    permit = {
        "case_id": story.case_id,
        "channel": "voice",
        "purpose": "call_borrower",
        "message_class": "demand",
    }
    before = await story.town.post("contact", "/v1/permits", story.agent.username, permit)
    assert before["verdict"] == "permitted"

    since = monotonic()
    await story.supervisor.places_a_hold("DISPUTE")
    await story.town.settles()
    after = await story.town.post("contact", "/v1/permits", story.agent.username, permit)
    assert (after["verdict"], after["rules"]) == ("refused", ["HOLD-01"])
    assert monotonic() - since < SECONDS

    # The round stands still for as long as the hold lasts: on the third day nothing follows up.
    arrived = await story.borrower.inbox()
    await story.days(4)
    assert await story.messages("follow_up") == []
    assert len(await story.borrower.inbox()) <= len(arrived) + 1, "the first message may arrive late"
    # A permit that was given before the hold is not good any more.
    body = {"permit_id": before["permit_id"]}
    used = await story.agent.tries("contact", f"/v1/cases/{story.case_id}/conversations", body)
    assert used.status_code == 409 and used.json()["type"].endswith("/permit-unusable"), used.text
