"""From when the time of a debt counts: said by the bank with the account, and known to the guard when it refuses."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest
import pytest_asyncio

from services.common.contracts.events.cases import CaseTriaged
from services.common.kernel.ids import business_uuid
from services.contact.models import Conversation
from services.intake.imports.importing import Importing, Report
from services.intake.imports.mapping import parse_mapping
from services.intake.imports.quarantine import Quarantine
from services.intake.imports.reader import inspect
from services.intake.policies import Policies
from tests.contract.problem_answers import assert_problem
from tests.databases import FreshDatabase
from tests.integration.contact_facts import offer_of
from tests.integration.contact_house import House as Contact
from tests.integration.contact_people import places
from tests.integration.intake_house import TODAY, House, case_body
from tests.integration.test_intake_import import CALLER, HEADING, LINES, MAPPINGS

SINCE = date(2022, 12, 1)
FAILED = (
    "SELECT string_agg(v ->> 'rule', ' ') FROM permit, jsonb_array_elements(verdicts) v "
    "WHERE case_id = :c AND NOT CAST(v ->> 'passed' AS boolean)"
)
MAPPING = """
  limitation_from: {date: {of: {column: limitation_from}, format: "%Y-%m-%d"}}
"""


@pytest_asyncio.fixture(loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    found = House(await fresh_database("intake"))
    yield found
    await found.close()


@pytest_asyncio.fixture(loop_scope="session")
async def contact(fresh_database: FreshDatabase) -> AsyncIterator[Contact]:
    found = Contact(await fresh_database("contact"))
    yield found
    await found.close()


async def imported(house: House, folder: Path, *days: str) -> Report:
    """Rows of the sample, each with what the bank says of its time."""
    rows = [f"{line},{day}" for line, day in zip(LINES, days, strict=False)]
    path = folder / "dated.csv"
    path.write_text("\n".join([f"{HEADING},limitation_from", *rows, ""]), encoding="utf-8")
    used = parse_mapping("dated", (MAPPINGS / "sample.yaml").read_text("utf-8").rstrip() + MAPPING)
    with Quarantine(folder / "quarantine.csv") as quarantine:
        importing = Importing(house.database, Policies(), "Sandbox Bank")
        return await importing.run(CALLER, inspect(path, used.columns), used, quarantine)


async def opened(house: House, door: str, folder: Path) -> UUID:
    """A case by a door of intake, with the bank's word."""
    if door == "api":
        return await house.post_case(limitation_from=SINCE.isoformat())
    if door == "event":
        assert await house.report("A1", limitation_from=SINCE) == "applied"
    else:
        assert (await imported(house, folder, SINCE.isoformat())).opened == 1
    return UUID(str(await house.scalar("SELECT case_id FROM collections_case")))


async def told(house: House, contact: Contact, case_id: UUID) -> CaseTriaged:
    """Intake triages a case, and contact hears exactly that."""
    await house.cases.triage.triage(case_id, True)
    [body] = [body for name, body in await house.outbox(case_id) if name == CaseTriaged.type]
    return await contact.triaged("heard", **body)


async def known(contact: Contact, case: CaseTriaged) -> dict[str, Any]:
    shown: dict[str, Any] = (await contact.get(f"/v1/cases/{case.case_id}/limitation")).json()
    return shown


async def say(contact: Contact, case: CaseTriaged, version: int, **said: Any) -> Any:
    headers = contact._headers(("compliance",), "c-1") | {"content-type": "application/json"}
    path, body = f"/v1/cases/{case.case_id}/limitation", orjson.dumps(said)
    return await contact.client.put(path, headers=headers | {"if-match": f'"{version}"'}, content=body)


async def failed(contact: Contact, case: CaseTriaged, words: str) -> set[str]:
    """The rules that keep a message with these words about the debt from leaving."""
    conversation_id = business_uuid("conversation", str(case.case_id))
    spoken = Conversation(
        conversation_id=conversation_id,
        case_id=case.case_id,
        borrower_id=case.borrower_id,
        channel="voice",
        outcome="RPC_REQUEST_RELIEF",
        party_verified=True,
        read_back_confirmed=True,
        summary=words,
        round=1,
        recorded_by="agent-1",
        at=contact.clock.now(),
    )
    async with contact.database.read() as session:
        session.add(spoken)
        await session.commit()
    recap = offer_of(case, "receipt", "recap").model_copy(update={"params": {"recap": str(conversation_id)}})
    assert (await contact.deliver(recap)).outcome == "refused"
    return set((await contact.scalar(FAILED, c=case.case_id)).split())


@pytest.mark.rule("CN-26")
@pytest.mark.parametrize("door", ["api", "event", "file"])
async def test_by_every_door_the_banks_word_ends_with_a_refused_threat(
    house: House, contact: Contact, door: str, tmp_path: Path
) -> None:
    case_id = await opened(house, door, tmp_path)
    assert (await house.case(case_id))["limitation_from"] == SINCE.isoformat()
    case = await told(house, contact, case_id)
    shown = await known(contact, case)
    assert (shown["source"], shown["counted_from"], shown["version"]) == ("bank", SINCE.isoformat(), 1)
    assert (shown["ends_on"], shown["barred"]) == ("2025-12-01", True)
    assert "CN-26" in await failed(contact, case, "您再不还款，我们就起诉您。")


@pytest.mark.rule("UK-19")
@pytest.mark.parametrize(("since", "barred"), [("2020-02-29", True), ("2021-03-02", False), (None, False)])
async def test_a_threat_about_a_debt_of_which_the_bank_says_nothing_is_no_threat_about_a_barred_one(
    house: House, contact: Contact, since: str | None, barred: bool
) -> None:
    body = case_body(limitation_from=since)
    body["account"]["pack"] = "uk"
    body["borrower"] |= {"language": "en", "time_zone": "Europe/London"}
    case_id = UUID((await house.ask("POST", "/cases", body, roles=("system",))).json()["case_id"])
    case = await told(house, contact, case_id)
    shown = await known(contact, case)
    assert (shown["barred"], shown["version"]) == (barred, 1 if since else 0)
    rules = await failed(contact, case, "Pay by Friday or we will take you to court and sue you.")
    assert ("UK-19" in rules) is barred


@pytest.mark.rule("CN-26")
async def test_what_was_said_here_stays_and_nobody_else_speaks_for_the_bank(house: House, contact: Contact) -> None:
    case = await told(house, contact, await house.post_case(limitation_from=SINCE.isoformat()))
    assert_problem(await say(contact, case, 1, counted_from="2024-02-01", source="bank"), 422, "validation-failed")
    said = await say(contact, case, 1, counted_from="2024-02-01", source="counsel")
    assert (said.json()["ends_on"], said.json()["barred"]) == ("2027-02-01", False)
    assert await contact.hear("intake", case) == "applied"
    again = await known(contact, case)
    assert (again["source"], again["counted_from"], again["version"]) == ("counsel", "2024-02-01", 2)
    noted = "SELECT count(*) FROM audit_entry WHERE action = 'limitation.said' AND case_id = :c"
    assert await contact.scalar(noted, c=case.case_id) == 2


async def test_a_report_that_says_nothing_of_it_takes_nothing_back(house: House) -> None:
    kept = "SELECT limitation_from FROM collections_case"
    await house.report("A1")
    assert await house.scalar(kept) is None
    house.clock.advance(timedelta(days=2))
    await house.report("A1", as_of=TODAY + timedelta(days=1), limitation_from=SINCE)
    await house.report("A1", as_of=TODAY + timedelta(days=2))
    assert await house.scalar(kept) == SINCE
    house.core.add("B1", "A1", as_of=TODAY + timedelta(days=2))
    case_id = UUID(str(await house.scalar("SELECT case_id FROM collections_case")))
    assert (await house.ask("POST", f"/cases/{case_id}/figures", roles=("supervisor",))).status_code == 200
    assert await house.scalar(kept) == SINCE, "the core does not know it"


async def test_a_day_that_cannot_be_is_refused_by_its_name(house: House, tmp_path: Path) -> None:
    ahead, never = (TODAY + timedelta(days=1)).isoformat(), "2025-02-30"
    for day, code in ((ahead, "facts-contradict"), (never, "validation-failed"), ("1899-12-31", "validation-failed")):
        answer = await house.ask("POST", "/cases", case_body(limitation_from=day), roles=("system",))
        assert places(assert_problem(answer, 422, code)) == ["#/limitation_from"]
    assert await house.report("A2", limitation_from=TODAY + timedelta(days=1)) == "dead"
    report = await imported(house, tmp_path, "2999-01-01", never, "1899-12-31", "")
    assert (report.opened, report.quarantined) == (1, 3)
    assert (tmp_path / "quarantine.csv").read_text("utf-8").count("limitation_from") >= 3
    assert await house.scalar("SELECT count(*) FROM collections_case WHERE limitation_from IS NULL") == 1
    assert await house.scalar("SELECT count(*) FROM collections_case") == 1
