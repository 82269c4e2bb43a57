"""A plan is paid to its end, its case is closed, and then the last payment is taken back."""

from datetime import date, timedelta

from tests.e2e.story import Story


async def test_reversed_after_completion(story: Story) -> None:
    plan = await story.agrees()
    for number, line in enumerate(plan["schedule"], start=1):
        await story.until(date.fromisoformat(line["due_date"]))
        await story.borrower.pays(number)
    await story.days(1)
    await story.case_is("CLOSED")
    assert (await story.agreement())["state"] == "completed"
    closed = await story.case()

    # The direct debit is returned when the grace of its instalment is long over, whatever holidays fell into it.
    await story.days(14)
    await story.bank.takes_back_the_last_payment()

    # The closed case stays closed, its agreement shows what is missing, and a new case links back.
    await story.case_is("CLOSED")
    assert (await story.agreement())["standing"] != "COMPLETED"
    [following] = [case for case in await story.cases_of_account() if case["case_id"] != closed["case_id"]]
    assert following["state"] != "CLOSED"
    story.case_id = following["case_id"]
    reopened = await story.case()
    assert reopened["previous_case_id"] == closed["case_id"]
    assert reopened["arrears"] == plan["schedule"][-1]["amount"]

    # It goes its own way: the borrower is written to again.
    await story.days(1)
    assert (await story.way())[:3] == ["OPENED", "TRIAGED", "CONTACTING"]
    assert await story.messages("first_contact")

    # Before the return was heard of, all was paid; that can be asked for.
    before = (story.town.today - timedelta(days=2)).isoformat()
    story.case_id = closed["case_id"]
    agreement = await story.agreement()
    path = f"/v1/agreements/{agreement['agreement_id']}"
    known = await story.town.get("followup", path, "zhou.supervisor", params={"known_on": before})
    assert (known["standing"], agreement["standing"]) == ("COMPLETED", "AT_RISK")
