"""Plans that do not hold: missed and cured, missed and broken, and negotiated once more."""

from datetime import date, timedelta
from typing import Any

from tests.e2e.story import Story


def due(plan: Any, number: int) -> date:
    """The due date of an instalment."""
    return date.fromisoformat(plan["schedule"][number - 1]["due_date"])


async def the_bank_closes_the_last_good_day(story: Story, number: int) -> None:
    """Nothing is missed before the bank has closed the last day of grace."""
    await story.until(await story.last_good_day(number))
    assert (await story.instalments())[number - 1] == "DUE"
    await story.days(1)


async def test_missed_cured_missed_broken(story: Story) -> None:
    await story.agrees()

    # The first instalment does not come: the plan is at risk, and the borrower is told.
    await the_bank_closes_the_last_good_day(story, 1)
    await story.case_is("PLAN_AT_RISK")
    assert (await story.instalments())[0] == "MISSED"
    assert [notice["state"] for notice in await story.messages("missed_notice")] == ["delivered"]

    # Told of it, the borrower pays, and all is well within seconds.
    await story.borrower.pays(1)
    await story.case_is("PLAN_ACTIVE")
    assert (await story.instalments())[0] == "CAUGHT_UP"

    # The second does not come either. There is time, and there are two notices, before anything is broken.
    await the_bank_closes_the_last_good_day(story, 2)
    await story.case_is("PLAN_AT_RISK")
    await story.days(6)
    await story.case_is("PLAN_AT_RISK")
    assert len(await story.messages("missed_notice")) == 3
    await story.days(10)
    assert (await story.agreement())["state"] == "broken"

    # Contact came before broken, and another round comes after it.
    broken = next(line for line in await story.timeline() if line["what"].get("to_state") == "PLAN_BROKEN")
    notices = sorted(notice["sent_at"] for notice in await story.messages("missed_notice"))
    assert len(notices) == 3 and notices[1] < broken["at"]
    assert (await story.way())[-7:] == [
        "AGREED", "PLAN_ACTIVE", "PLAN_AT_RISK", "PLAN_ACTIVE", "PLAN_AT_RISK", "PLAN_BROKEN", "CONTACTING",
    ]  # fmt: skip
    assert (await story.case())["round"] == 2
    assert {message["version"] for message in await story.messages("first_contact")} == {1, 2}


async def test_two_rounds_with_a_counter_offer_and_missing_evidence(story: Story) -> None:
    await story.begins()
    await story.comes_to_the_table()

    # The documents do not come; at the deadline the borrower is asked once more.
    await story.days(15)
    await story.case_is("EVIDENCE_PENDING")
    assert len(await story.messages("evidence_request")) == 2

    # What comes then is not enough: the borrower is asked for more, and sends it.
    await story.borrower.sends(name="illegible")
    await story.case_is("EVIDENCE_REVIEW")
    await story.reviewer.reviews("NEEDS_MORE", "a page is missing")
    await story.case_is("EVIDENCE_PENDING")
    await story.proves_the_hardship(name="complete")

    # The first offer is too high; the second answers the objection.
    first_due = {"first_due_date": (story.town.today + timedelta(days=8)).isoformat()}
    first = await story.is_offered(**first_due)
    await story.borrower.counters(months=4)
    await story.case_is("PLAN_DRAFTED")
    second = await story.is_offered(instalments=4, **first_due)
    assert (second["plan_id"], second["version"]) == (first["plan_id"], 2)
    assert second["answers_objection"] is not None
    assert story.money(second["payment"]) < story.money(first["payment"])
    await story.borrower.accepts()
    await story.case_is("PLAN_ACTIVE")
    assert len((await story.agreement())["instalments"]) == 4

    # Nothing is paid: told twice, the borrower is silent, and the plan is broken.
    await story.until(await story.last_good_day(1) + timedelta(days=17))
    assert (await story.agreement())["state"] == "broken"
    await story.case_is("CONTACTING")

    # Another round: what was proved is not asked for again; what was granted needs one level more, and risk beside it.
    await story.borrower.replies()
    await story.agent.records_the_request()
    means = await story.agent.takes_the_means(monthly_share="8000.00")
    assert means["evidence_items"] == 0
    await story.case_is("EVIDENCE_REVIEW")
    option = (await story.agent.compares_options(first_due_date=story.in_days(8)))["INT_STOP"]
    plan = await story.agent.submits(await story.agent.drafts(option))
    assert plan["needed_level"] == "manager"
    assert await story.supervisor.list_of("approve_plan") == []
    await story.manager.decides(plan)
    await story.case_is("PENDING_APPROVAL")
    await story.risk.decides(plan)
    await story.borrower.accepts()
    await story.case_is("PLAN_ACTIVE")
    again = await story.agreement()
    assert (again["round"], len(again["instalments"])) == (2, 2)
    assert (await story.bank.restructuring())["schedule_hash"] == plan["schedule_hash"]

    # This one is kept.
    for number in (1, 2):
        await story.until(due(plan, number))
        await story.borrower.pays(number)
    await story.days(1)
    await story.case_is("CLOSED")
    assert (await story.way())[-4:] == ["AGREED", "PLAN_ACTIVE", "PLAN_COMPLETED", "CLOSED"]
