"""However often and on whatever way the bank tells of an account: one case."""

import asyncio

from tests.e2e.bank import PORTAL
from tests.e2e.story import Story


async def test_duplicate_intake_by_api_kafka_and_file(story: Story) -> None:
    await story.bank.opens_the_account(feed=True)
    body = story.account.case("bank")
    at_once = await asyncio.gather(
        *(story.town.call("POST", "intake", "/v1/cases", PORTAL, json=body) for _ in range(4))
    )
    assert sorted(answer.status_code for answer in at_once) == [200, 200, 200, 201]
    [story.case_id] = {answer.json()["case_id"] for answer in at_once}
    await story.town.settles()
    await story.case_is("CONTACTING")

    # At the end of the day the bank's feed tells of the same arrears.
    await story.days(1)
    assert len(await story.cases_of_account()) == 1
    assert (await story.case())["facts_as_of"] == story.account.as_of.isoformat()

    # The same account stands in an extract.
    extract = story.town.stack.state.root / "extract.csv"
    extract.write_text(story.account.extract(), "utf-8")
    await story.town.stack.run("import", str(extract), "--mapping", "sample")
    await story.town.settles()
    [case] = await story.cases_of_account()
    assert (case["case_id"], case["state"]) == (story.case_id, "CONTACTING")
    assert len(await story.messages("first_contact")) == 1


async def test_the_feed_alone_opens_the_case(story: Story) -> None:
    await story.bank.opens_the_account(feed=True)
    assert await story.cases_of_account() == []
    await story.days(1)
    [case] = await story.cases_of_account()
    story.case_id = case["case_id"]
    await story.case_is("CONTACTING")
    # The feed has no numbers; the core was asked for them.
    assert len(await story.messages("first_contact")) == 1
    assert await story.borrower.asks_for_help() == 200
