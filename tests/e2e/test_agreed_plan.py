"""The plan that is agreed on and paid to the end: every step, what it showed, what it sent, and what it cost."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.e2e.history import histories_of
from tests.e2e.story import Story

#: What the journey may cost in history events, and for each instalment on top of it. 144 were measured for three
#: instalments, two of them with a reminder, six of them for the message with the code to sign with: ten fewer than this
#: allows, for a close that overtakes the news it waits for and a closing letter that waits for the morning.
EVENTS = 106
PAID, PAID_WITH_REMINDER = 8, 20
#: What it may cost more where the lot fell on the borrower to be asked by message, too, how we did.
ASKED_BY_MESSAGE = 6


async def test_agreed_plan_paid_to_the_end(story: Story) -> None:
    # The bank reports the arrears; the borrower is written to, in contact hours, by name of the bank.
    await story.begins()
    await story.days(1)
    [greeting] = await story.borrower.inbox()
    assert story.account.account_ref not in greeting, "whoever holds the phone learns nothing of the account"

    # The borrower answers, says why and what for, and shows what there is.
    await story.borrower.replies()
    await story.case_is("ENGAGED")
    await story.agent.records_the_request()
    await story.case_is("ASSESSING")
    means = await story.agent.takes_the_means()
    assert (means["result"], means["own_share"]["amount"], means["evidence_items"]) == ("AFFORDABLE", "5000.00", 1)
    await story.case_is("EVIDENCE_PENDING")
    await story.proves_the_hardship()

    # Two options of those that there are, each with before and after.
    first_due = story.in_days(9)
    options = await story.agent.compares_options(first_due_date=first_due)
    for option in (options["EXTEND"], options["INT_STOP"]):
        comparison = option["comparison"]
        assert option["eligible"] and comparison["before_total"] and comparison["after_total"]
    stopped = options["INT_STOP"]
    assert (stopped["instalments"], stopped["total"]["amount"]) == (3, "14240.00")
    saved = Decimal(stopped["comparison"]["total_cost_change"]["amount"])
    assert saved < 0, "without further interest the plan costs less than going on"

    # Drafted, approved by somebody with authority, offered, accepted, and running in the core.
    plan = await story.is_offered(first_due_date=first_due)
    offer = (await story.borrower.offer())["document"]
    assert Decimal(offer["comparison"]["total_cost_change"]["amount"]) == saved
    assert {term["code"] for term in offer["key_terms"]} >= {"amount", "rate", "dates", "consequences"}
    await story.borrower.accepts()
    await story.case_is("PLAN_ACTIVE")
    running = await story.bank.restructuring()
    assert running["schedule_hash"] == plan["schedule_hash"]
    agreed = [(date.fromisoformat(line["due_date"]), Decimal(line["amount"]["amount"])) for line in plan["schedule"]]
    assert await story.bank.schedule() == agreed

    # One instalment is paid before anybody reminds of it, two after their reminder, on their day.
    dues = [due for due, _ in agreed]
    await story.until(dues[0] - timedelta(days=5))
    await story.borrower.pays(1)
    assert await story.messages("reminder") == []
    for number, due in enumerate(dues[1:], start=2):
        await story.until(due)
        await story.borrower.pays(number)
    assert await story.instalments() == ["PAID", "PAID", "PAID"]
    await story.case_is("PLAN_ACTIVE")
    await story.days(1)
    await story.case_is("CLOSED")
    assert (await story.agreement())["state"] == "completed"
    assert (await story.bank.loan())["status"]["active"] is False

    # The whole way, and nothing else.
    assert await story.way() == [
        "OPENED", "TRIAGED", "CONTACTING", "ENGAGED", "ASSESSING", "EVIDENCE_PENDING", "EVIDENCE_REVIEW",
        "PLAN_DRAFTED", "PENDING_APPROVAL", "OFFERED", "AGREED", "PLAN_ACTIVE", "PLAN_COMPLETED", "CLOSED",
    ]  # fmt: skip
    assert (await story.case())["closed_at"] is not None
    assert await story.agent.list_of() == [] and await story.supervisor.list_of() == []

    # Every message went out, each under a permit of its own.
    messages = await story.messages()
    assert sorted(message["purpose"] for message in messages) == [
        "activation", "closing", "evidence_request", "first_contact", "offer", "reminder", "reminder", "signing_code",
    ]  # fmt: skip
    assert {message["state"] for message in messages} <= {"sent", "delivered"}
    permits = {message["permit_id"] for message in messages}
    assert None not in permits and len(permits) == len(messages)

    histories = await histories_of(story)
    asked = sum(message["purpose"] == "feedback" for message in await story.messages())
    budget = EVENTS + PAID + 2 * PAID_WITH_REMINDER + asked * ASKED_BY_MESSAGE
    if histories.total > budget:
        pytest.fail(f"at most {budget} are allowed, and there are {histories.breakdown()}")
