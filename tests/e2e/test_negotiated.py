"""Negotiations that do not go straight: two counter-offers, a core that refuses, and a card plan that is too long."""

import pytest

from tests.e2e.story import Story
from tests.e2e.town import refused


@pytest.mark.practice("000-07", "001-13", "004-06")
async def test_counter_offer_twice_then_agreed(story: Story) -> None:
    await story.begins()
    await story.comes_to_the_table()
    await story.proves_the_hardship()
    first = await story.is_offered(first_due_date=story.in_days(20))

    # Twice the borrower wants longer, and is answered with the own numbers; each answer is another version.
    for months in (first["instalments"] + 3, first["instalments"] + 6):
        await story.borrower.counters(months)
        await story.case_is("PLAN_DRAFTED")
        await story.is_offered(first_due_date=story.in_days(20), instalments=months)
    [one, two, three] = await story.borrower.versions(first["plan_id"])
    assert [one["state"], two["state"], three["state"]] == ["COUNTERED", "COUNTERED", "OFFERED"]
    assert two["answers_objection"] and three["answers_objection"]
    assert {"instalments", "payment", "end_date"} <= {change["field"] for change in three["changes"]}
    worries = await story.borrower.objections(first["plan_id"])
    assert [worry["version"] for worry in worries] == [1, 2]
    assert all(worry["answer"]["zh"] for worry in worries)

    await story.borrower.accepts()
    await story.case_is("PLAN_ACTIVE")
    running = await story.bank.restructuring()
    assert running["schedule_hash"] is not None


@pytest.mark.rule("CN-15")
async def test_the_core_refuses_what_was_signed(story: Story) -> None:
    await story.begins()
    await story.comes_to_the_table()
    await story.proves_the_hardship()
    await story.is_offered(first_due_date=story.in_days(20))
    await story.bank.will_refuse("error.msg.loan.frozen")
    await story.borrower.accepts()

    # Nothing runs, the borrower is told so, and people draft again; collection is not what fills the gap.
    await story.case_is("PLAN_DRAFTED")
    assert (await story.messages("activation_refused"))[0]["state"] in ("sent", "delivered")
    again = await story.is_offered(first_due_date=story.in_days(25))
    await story.borrower.accepts()
    await story.case_is("PLAN_ACTIVE")
    assert (await story.bank.restructuring())["schedule_hash"] == again["schedule_hash"]


@pytest.mark.rule("CN-14", "CN-15")
async def test_a_card_plan_of_more_than_five_years_is_refused_and_collection_stops_with_the_signature(
    story: Story,
) -> None:
    await story.begins()
    await story.comes_to_the_table()
    await story.proves_the_hardship()
    first_due = story.in_days(20)
    option = (await story.agent.compares_options(first_due_date=first_due))["INT_STOP"]
    path = f"/v1/cases/{story.case_id}/plans"
    long = {"relief_type": "INT_STOP", "instalments": 61, "first_due_date": first_due}
    answer = refused(await story.agent.tries("plans", path, long), 409, "refused-by-rule")
    assert "CN-14" in answer["rules"]

    await story.is_offered(first_due_date=first_due, instalments=option["instalments"])
    assert "agency_placement" not in await story.held()
    await story.borrower.accepts()
    await story.case_is("PLAN_ACTIVE")
    assert {"demand_call", "agency_placement", "sale_of_debt"} <= await story.held()
    body = {"case_id": story.case_id, "channel": "voice", "purpose": "call_borrower", "message_class": "demand"}
    permit = await story.town.post("contact", "/v1/permits", story.agent.username, body)
    assert permit["verdict"] == "refused"
