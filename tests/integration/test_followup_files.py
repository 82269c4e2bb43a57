"""Files of the bank on a real database: matched, set aside, imported again, interrupted, and the day they close."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.common.runtime.caller import Caller
from services.followup.files.errors import FileRefused
from services.followup.service.importing import Report
from tests.databases import FreshDatabase
from tests.integration.followup_house import DUE, House, plan_for

BANK = Path(__file__).resolve().parents[1] / "data" / "bank"
OPERATOR = Caller("operator:test", frozenset({"system"}), "command-line")


class Lines:
    """The entries that could not be used."""

    def __init__(self) -> None:
        self.found: list[tuple[int, str]] = []

    def add(self, line: int, reason: str) -> None:
        self.found.append((line, reason))


@pytest.fixture
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("followup"))
    await made.hear("plans", plan_for("A-1", months=1))
    await made.hear("plans", plan_for("A-2", months=1))
    made.move_to(DUE.replace(day=20))
    yield made
    await made.close()


async def imported(house: House, path: Path, quarantine: Lines | None = None) -> Report:
    return await house.cases.imports.run(OPERATOR, path, quarantine or Lines(), lambda done, of: None)


async def work_list(house: House) -> dict[str | None, str]:
    items = (await house.get("/v1/unmatched-postings")).json()["items"]
    return {item["posting_ref"]: item["reason"] for item in items}


async def test_a_file_is_matched_and_what_is_not_clear_goes_to_the_work_list(house: House) -> None:
    report = await imported(house, BANK / "camt.054.001.08.xml")
    assert (report.transactions, report.recorded, report.unmatched) == (4, 2, {"no_account": 1, "no_reference": 1})
    assert (report.skipped, report.closed) == ({"not_booked": 1, "outgoing": 1}, None)
    assert (await house.lines(plan_for("A-1", months=1)))[0] == (1, "PAID", 500)
    assert (await house.lines(plan_for("A-2", months=1)))[0] == (1, "PART_PAID", 30)
    assert await work_list(house) == {"BK-1002-2": "no_account", None: "no_reference"}

    again = await imported(house, BANK / "camt.054.001.08.xml")
    assert again.imported_before and again.recorded == 0
    assert await house.scalar("SELECT count(*) FROM posting WHERE sightings > 1") == 0


async def test_a_posting_of_the_feed_is_the_same_in_a_file(house: House) -> None:
    await house.pay("BK-1001", "A-1", "500.00", DUE.replace(month=3, day=31))
    await house.pay("BK-1002-1", "A-2", "31.00", DUE)
    report = await imported(house, BANK / "camt.054.001.08.xml")
    assert (report.known, report.recorded) == (1, 0)
    seen = "SELECT source || ' ' || sightings FROM posting WHERE posting_ref = :ref"
    assert await house.scalar(seen, ref="BK-1001") == "feed 2", "first by the feed, and then by the file"
    named = "SELECT end_to_end_id FROM posting WHERE posting_ref = :ref"
    assert await house.scalar(named, ref="BK-1001") == "E2E-1001", "the feed does not say by what a return will name it"
    assert (await imported(house, BANK / "camt.054.001.08.xml")).imported_before
    assert await house.scalar(seen, ref="BK-1001") == "feed 2", "the same file is no further sighting"
    assert await house.scalar(seen, ref="BK-1002-1") == "feed 1", "what differs is not the same posting"
    assert (await house.lines(plan_for("A-1", months=1)))[0] == (1, "PAID", 500), "and counted once"
    assert report.unmatched["differs"] == 1, "one reference, two amounts: somebody looks"
    assert await house.pay("BK-1002-2", "A-2", "40.00", DUE) == "applied"
    assert "BK-1002-2" not in await work_list(house), "the feed has said whose it is"


async def test_what_is_returned_is_taken_back_and_the_statement_closes_its_day(house: House) -> None:
    await imported(house, BANK / "camt.054.001.08.xml")
    report = await imported(house, BANK / "camt.053.001.02.xml")
    assert (report.recorded, report.unmatched, str(report.closed)) == (2, {}, "2026-04-04")
    assert await house.lines(plan_for("A-1", months=1)) == [(1, "MISSED", 200)]
    assert await house.scalar("SELECT count(*) FROM closing WHERE source = 'file'") == 4
    reversed_ = await imported(house, BANK / "camt.054.001.04.xml")
    assert (reversed_.recorded, str(reversed_.closed)) == (1, "2026-04-06")
    assert await house.lines(plan_for("A-1", months=1)) == [(1, "MISSED", 0)]
    assert await house.scalar("SELECT kind FROM posting WHERE posting_ref = 'BK-2002'") == "return"


async def test_a_rejected_direct_debit_is_of_the_payment_with_its_id_and_amount(house: House) -> None:
    await imported(house, BANK / "camt.054.001.08.xml")
    report = await imported(house, BANK / "pain.002.001.03.xml")
    assert (report.recorded, report.unmatched, report.skipped) == (1, {"unknown_original": 1}, {"not_rejected": 1})
    assert await house.lines(plan_for("A-1", months=1)) == [(1, "SCHEDULED", 0)]
    assert (await work_list(house))["BK-4002"] == "unknown_original"


async def test_an_interrupted_import_goes_on_where_it_stopped(house: House) -> None:
    path = BANK / "camt.054.001.08.xml"

    def stop(done: int, of: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await house.cases.imports.run(OPERATOR, path, Lines(), stop)
    assert await house.scalar("SELECT entries_done FROM payment_file") == 2
    report = await imported(house, path)
    assert (report.resumed_at, report.recorded, sum(report.unmatched.values())) == (2, 0, 2)
    assert await house.scalar("SELECT count(*) FROM posting") == 2


async def test_an_entry_that_cannot_be_used_keeps_the_day_open(house: House, tmp_path: Path) -> None:
    statement = (BANK / "camt.053.001.02.xml").read_text("utf-8")
    path = tmp_path / "statement.xml"
    path.write_text(statement.replace("<BookgDt><Dt>2026-04-04</Dt></BookgDt>", "", 1), "utf-8")
    lines = Lines()
    report = await imported(house, path, lines)
    assert lines.found == [(23, "the booking date is missing")]
    assert (report.quarantined, report.closed) == (1, None)
    assert report.closes_none_because == "it has entries that cannot be used"


async def test_a_broken_file_does_nothing(house: House, tmp_path: Path) -> None:
    path = tmp_path / "broken.xml"
    path.write_text((BANK / "camt.053.001.02.xml").read_text("utf-8")[:-40], "utf-8")
    with pytest.raises(FileRefused, match="line 5"):
        await imported(house, path)
    assert await house.scalar("SELECT count(*) FROM posting") == 0
    assert await house.scalar("SELECT count(*) FROM payment_file") == 0
