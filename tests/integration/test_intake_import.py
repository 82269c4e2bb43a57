"""Import into a real database: the same rows as the API makes, however the file is cut, and again changes nothing."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from services.common.contracts.envelope import event_from
from services.common.contracts.events.cases import CaseOpened
from services.common.runtime.caller import Caller
from services.intake.imports.importing import Importing, Report
from services.intake.imports.mapping import load_mapping, parse_mapping
from services.intake.imports.quarantine import Quarantine
from services.intake.imports.reader import inspect
from services.intake.models import TABLES
from services.intake.policies import Policies
from tests.databases import Databases, FreshDatabase
from tests.integration.intake_house import House

PORTFOLIO = Path(__file__).parents[2] / "sandbox" / "portfolio"
MAPPINGS = Path(__file__).parents[2] / "services" / "intake" / "imports" / "mappings"
SAMPLE = PORTFOLIO / "sample-200.csv"
CALLER = Caller("operator:tester", frozenset({"system"}), "command-line")
HEADING, *LINES = SAMPLE.read_text("utf-8").splitlines()
# Everything an import writes, without what a sequence, a nonce or the machine's clock gives.
SEEN = {
    "borrower": "borrower_id, borrower_ref, phone_digest, language, time_zone, provenance::text",
    "collections_case": "*",
    "case_history": "*",
    "event_stream": "*",
    "outbox": "sink, kind, target, key, name, case_id, headers::text, body",
    "obligation": "case_id, kind, ref, owner, workflow_id, due_at, opened_at, state",
    "audit_entry": "at, actor, action, case_id, subject, after_hash, detail::text",
}


@pytest_asyncio.fixture(loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    found = House(await fresh_database("intake"))
    yield found
    await found.close()


async def run(house: House, path: Path, mapping: str = "sample", chunk: int = 5000) -> Report:
    used = load_mapping(mapping)
    importing = Importing(house.database, Policies(), "Sandbox Bank", chunk)
    with Quarantine(path.with_name("quarantine.csv")) as quarantine:
        return await importing.run(CALLER, inspect(path, used.columns), used, quarantine)


async def seen(house: House) -> dict[str, list[Any]]:
    """What is in the tables, in an order that does not depend on how it came there."""
    found = {}
    async with house.database.read() as session:
        for table, columns in SEEN.items():
            rows = await session.execute(text(f"SELECT {columns} FROM {table}"))
            found[table] = sorted((tuple(row) for row in rows), key=repr)
    return found


def written(path: Path, lines: list[str]) -> Path:
    path.write_text("\n".join([HEADING, *lines, ""]), encoding="utf-8")
    return path


async def test_the_sample_opens_its_cases_and_again_none(house: House, tmp_path: Path) -> None:
    path = written(tmp_path / "sample.csv", LINES)
    first = await run(house, path)
    assert (first.rows, first.opened, first.known, first.quarantined, first.skipped) == (200, 200, 0, 0, {})
    told = "SELECT count(DISTINCT email) || ' ' || count(DISTINCT postal_address) FROM borrower WHERE email LIKE 'v1.%'"
    assert await house.scalar(told) == "200 200"
    before = await seen(house)
    again = await run(house, path)
    assert (again.opened, again.known, again.resumed_at) == (0, 200, 0)
    assert await seen(house) == before
    assert await house.scalar("SELECT count(*) FROM import_stage") == 0
    name = LINES[0].split(",")[1]
    assert name not in await house.scalar("SELECT string_agg(t::text, ' ') FROM borrower t")
    async with house.database.read() as session:
        row = (await session.execute(TABLES.outbox.select().where(TABLES.outbox.c.kind == "event").limit(1))).one()
    assert CaseOpened.model_validate_json(event_from(row.headers, row.body).body).origin == "file"


async def test_a_file_may_say_how_to_write_to_borrowers_and_whose_portfolio_they_are(
    house: House, tmp_path: Path
) -> None:
    told = (
        (MAPPINGS / "sample.yaml").read_text("utf-8").rstrip()
        + """
  email: {strip: {column: email}}
  postal_address: {strip: {column: postal_address}}
  portfolio: cards-2024
"""
    )
    used = parse_mapping("told", told)
    row = dict(zip(HEADING.split(","), LINES[0].split(","), strict=True))
    bad = LINES[1].replace(
        dict(zip(HEADING.split(","), LINES[1].split(","), strict=True))["email"], "canary at nowhere"
    )
    path = written(tmp_path / "told.csv", [LINES[0], bad])
    with Quarantine(path.with_name("quarantine.csv")) as quarantine:
        importing = Importing(house.database, Policies(), "Sandbox Bank")
        report = await importing.run(CALLER, inspect(path, used.columns), used, quarantine)
    assert (report.opened, report.quarantined) == (1, 1)
    [case] = (await house.ask("GET", "/cases", roles=("system",))).json()["items"]
    assert case["portfolio"] == "cards-2024"
    profile = (await house.ask("GET", f"/cases/{case['case_id']}/borrower", roles=("system",))).json()
    assert (profile["email"], profile["postal_address"]) == (row["email"], row["postal_address"])
    assert profile["provenance"]["email"] == {"source": "file", "as_of": row["as_of"]}
    assert row["email"] not in await house.scalar("SELECT string_agg(t::text, ' ') FROM borrower t")


async def test_an_imported_case_is_like_one_of_the_api(house: House, tmp_path: Path) -> None:
    await run(house, written(tmp_path / "one.csv", LINES[:1]))
    row = dict(zip(HEADING.split(","), LINES[0].split(","), strict=True))
    arrears = sum(float(row[f"arrears_{part}"]) for part in ("principal", "interest", "fees"))
    body = {
        "borrower": {name: row[name] for name in ("name", "phone", "language", "time_zone")}
        | {"borrower_ref": "OTHER"},
        "account": {"account_ref": "OTHER", "product": row["product"], "currency": "CNY"},
        "arrears": {"amount": f"{arrears:.2f}", "currency": "CNY"},
        "balance": {"amount": row["balance"], "currency": "CNY"},
        "oldest_unpaid_due_date": row["oldest_unpaid_due_date"],
        "origin": "bank",
    }
    assert (await house.ask("POST", "/cases", body, roles=("system",))).status_code == 201
    own = {"case_id", "borrower_id", "account_ref", "origin", "facts_source"}
    async with house.database.read() as session:
        cases = [dict(found) for found in (await session.execute(text("SELECT * FROM collections_case"))).mappings()]
        counts = [
            (await session.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one()
            for table in ("case_history", "event_stream", "outbox", "obligation", "audit_entry")
        ]
    assert len({str({k: v for k, v in case.items() if k not in own}) for case in cases}) == 1
    assert counts == [2, 2, 4, 2, 2]
    for case in cases:
        assert (await house.cases.triage.triage(case["case_id"], False)).then == "rounds"


async def test_an_interrupted_import_goes_on_where_it_stopped(house: House, tmp_path: Path) -> None:
    path = written(tmp_path / "long.csv", LINES)
    used = load_mapping("sample")
    extract = inspect(path, used.columns)

    def die_after_two_chunks(done: int) -> None:
        if done >= 100:
            raise KeyboardInterrupt

    with Quarantine(tmp_path / "q.csv") as quarantine:
        try:
            await Importing(house.database, Policies(), "Sandbox Bank", 50).run(
                CALLER, extract, used, quarantine, progress=die_after_two_chunks
            )
        except KeyboardInterrupt:
            pass
    assert await house.scalar("SELECT count(*) FROM collections_case") == 100
    report = await run(house, path, chunk=50)
    assert (report.resumed_at, report.opened, report.known, report.rows) == (100, 200, 0, 200)
    assert await house.scalar("SELECT count(*) FROM collections_case") == 200


async def test_bad_rows_are_kept_aside_with_their_reason(house: House, tmp_path: Path) -> None:
    lines = [line.split(",") for line in LINES[:5]]
    columns = HEADING.split(",")
    lines[0][columns.index("arrears_fees")] = "much"
    lines[1][columns.index("phone")] = "12"
    lines[2][columns.index("currency")] = "XXX"
    lines[3] = lines[3][:5]
    report = await run(house, written(tmp_path / "bad.csv", [",".join(line) for line in lines]))
    assert (report.rows, report.opened, report.quarantined) == (5, 1, 4)
    kept = (tmp_path / "quarantine.csv").read_text("utf-8").splitlines()
    assert [line.split(",")[0] for line in kept] == ["row", "1", "2", "3", "4"]
    reasons = [line.split(",")[1] for line in kept[1:]]
    assert [
        word in reason for word, reason in zip(("arrears_fees", "phone", "amounts", "columns"), reasons, strict=True)
    ]
    assert "much" not in reasons[0]


async def test_uci_cases_are_reviewed_by_a_person_and_nobody_is_written_to(house: House, tmp_path: Path) -> None:
    path = tmp_path / "uci.csv"
    heading = "ID," + ",".join(f"X{n}" for n in range(1, 24)) + ",Y"
    rows = [f"{n},1,1,1,1,30,{months},0,0,0,0,0,{bill}" + ",0" * 11 + ",0" for n, months, bill in
            ((1, 2, 3913), (2, -1, 5), (3, 8, -50), (4, 0, 7))]  # fmt: skip
    path.write_text("\n".join([heading, *rows, ""]))
    report = await run(house, path, "uci")
    assert (report.opened, report.skipped) == (2, {"not_overdue": 2})
    cases = (await house.ask("GET", "/cases", roles=("supervisor",))).json()["items"]
    assert sorted((case["days_past_due"], case["bucket"], case["arrears"]["amount"]) for case in cases) == [
        (60, "M2", "3913.00"),
        (240, "M7+", "0.00"),
    ]
    case_id = cases[0]["case_id"]
    assert (await house.cases.triage.triage(case_id, False)).then == "review"
    assert not (await house.cases.procedure.review_import(case_id)).decided
    assert await house.tasks(case_id) == {"review_import": None}
    answer = await house.ask("POST", f"/cases/{case_id}/import-review", {"verdict": "accepted"})
    assert answer.status_code == 200
    assert (await house.cases.procedure.review_import(case_id)).decided
    assert (await house.cases.procedure.close(case_id, 1, withdraw=True)).closed
    assert await house.names(case_id, "start") == ["CaseWorkflow"]
    assert (await house.outbox(case_id))[-1][1]["reason"] == "TRIAGED"


def changed(line: str, number: int) -> str:
    """The row of another account of the same borrower, a day later and with another number."""
    cells = dict(zip(HEADING.split(","), line.split(","), strict=True))
    later = {"account_ref": f"{cells['account_ref']}-{number}", "as_of": f"2026-03-{2 + number:02}"}
    return ",".join((cells | later | {"phone": f"+86134000009{number:02}"}).values())


POOL = [*LINES[:4], *(changed(line, number) for line in LINES[:3] for number in (1, 2))]


async def test_however_a_file_is_cut_the_tables_are_the_same(databases: Databases, tmp_path: Path) -> None:
    loop = asyncio.get_running_loop()

    async def tables(lines: list[str], chunk: int) -> dict[str, list[Any]]:
        house = House(await databases.fresh("intake"))
        try:
            await run(house, written(tmp_path / "cut.csv", lines), chunk=chunk)
            return await seen(house)
        finally:
            await house.close()

    @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.sampled_from(POOL), min_size=1, max_size=12), st.integers(1, 4))
    def same(lines: list[str], chunk: int) -> None:
        whole = asyncio.run_coroutine_threadsafe(tables(lines, 5000), loop).result(60)
        cut = asyncio.run_coroutine_threadsafe(tables(lines, chunk), loop).result(60)
        assert whole == cut

    await asyncio.to_thread(same)
