"""However often and on whatever way the bank tells of an account: one case."""

import asyncio
import csv
import gzip
from itertools import islice
from pathlib import Path

from tests.e2e.bank import PORTAL
from tests.e2e.story import Story

PUBLISHED = Path(__file__).parents[2] / "sandbox" / "portfolio" / "uci-credit-card-clients.csv.gz"


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
    report = await story.town.imports(extract, "sample")
    assert (report["opened"], report["known"], report["quarantined"]) == (0, 1, 0)
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


async def test_the_import_of_a_sample_opens_tasks_and_nothing_else(story: Story, tmp_path: Path) -> None:
    with gzip.open(PUBLISHED, "rt", encoding="utf-8", newline="") as whole:
        lines = list(islice(csv.reader(whole), 21))
    extract = tmp_path / "uci.csv"
    extract.write_text("\n".join(",".join(line) for line in lines), "utf-8")
    late = [line[0] for line in lines[1:] if int(line[6]) > 0]
    first = await story.town.imports(extract, "uci")
    assert (first["rows"], first["opened"], first["known"]) == (20, len(late), 0)
    again = await story.town.imports(extract, "uci")
    assert (again["opened"], again["known"]) == (0, len(late))
    await story.town.settles()

    # Each case waits for a person to look at it; nobody is written to, and no core is asked.
    triaged = await story.town.get("intake", "/v1/cases", PORTAL, params={"state": "TRIAGED", "limit": 200})
    cases = {case["account_ref"]: case for case in triaged["items"] if case["pack"] == "sample"}
    assert set(cases) == {f"UCI-CARD-{number}" for number in late}
    await story.days(1)
    for case in cases.values():
        story.case_id = case["case_id"]
        await story.case_is("TRIAGED")
        assert await story.agent.kinds() == {"review_import"}
        assert await story.messages() == []

    # Looked at, a case is over.
    await story.agent.does("review_import", {"verdict": "accepted"})
    await story.case_is("CLOSED")
    assert await story.messages() == [] and await story.agent.kinds() == set()
