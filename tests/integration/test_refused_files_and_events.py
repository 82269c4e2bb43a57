"""Broken files and broken events: refused with a reason, held where an operator sees them, and nothing done."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from typer.testing import CliRunner, Result

from forbear.commands import dead_letters, import_
from services.common.contracts.envelope import EventPayload
from services.common.contracts.events.bank import DelinquencyReported
from services.common.contracts.events.plans import OfferDeclined
from services.common.kernel.ids import business_uuid
from services.common.runtime.consumer.held import RawMessage
from tests.databases import FreshDatabase
from tests.integration.arriving import arriving
from tests.integration.intake_house import TODAY, House, cny
from tests.integration.refusing import Visitor

SAMPLE = (Path(__file__).parents[2] / "sandbox" / "portfolio" / "sample-200.csv").read_bytes()
CANARY = "canary-4711"
Forbear = Callable[..., Awaitable[Result]]


@pytest.fixture
async def house(fresh_database: FreshDatabase, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    url = await fresh_database("intake")
    monkeypatch.setenv("FORBEAR_SANDBOX", "1")
    monkeypatch.setenv("FORBEAR_INTAKE_DATABASE_URL", url)
    made = House(url)
    yield made
    await made.close()


@pytest.fixture
def forbear() -> Forbear:
    """Run a command line."""

    async def run(command: str, *words: str) -> Result:
        app = {"dead-letters": dead_letters.app, "import": import_.app}[command]
        return await asyncio.to_thread(CliRunner().invoke, app, list(words))

    return run


async def test_a_broken_file_opens_nothing(house: House, forbear: Forbear, tmp_path: Path) -> None:
    heading, rows = SAMPLE.split(b"\n", 1)
    broken = {
        "empty.csv": b"",
        "heading-only.csv": heading + b"\n",
        "renamed-column.csv": SAMPLE.replace(b"account_ref", b"account", 1),
        "column-twice.csv": heading.replace(b"currency", b"account_ref") + b"\n" + rows,
        "no-heading.csv": rows,
        "latin.csv": SAMPLE + "é,ü\n".encode("latin-1"),
        "quote-open.csv": SAMPLE + b'B9,"never closed\n',
        "cut-off.csv.gz": gzip.compress(SAMPLE)[:-20],
        "damaged.csv.gz": gzip.compress(SAMPLE)[:200] + b"x" * 50 + gzip.compress(SAMPLE)[250:],
        "not-gzip.csv.gz": b"\x1f\x8b" + SAMPLE,
    }
    visitor = Visitor(house)
    for name, content in broken.items():
        file, kept = tmp_path / name, tmp_path / f"{name}.quarantine.csv"
        file.write_bytes(content)
        async with visitor.leaving_nothing():
            done = await forbear("import", str(file), "--mapping", "sample", "--quarantine", str(kept))
        assert done.exit_code == 2, (name, done.output)
        assert name in done.stderr and "Traceback" not in done.output
        assert not kept.exists(), name
    async with visitor.leaving_nothing():
        unknown = await forbear("import", str(tmp_path / "empty.csv"), "--mapping", "no-such")
        absent = await forbear("import", str(tmp_path / "absent.csv"), "--mapping", "sample")
    assert (unknown.exit_code, absent.exit_code) == (2, 2)
    # A row that cannot be used stops nothing; what it holds is kept aside, and not said.
    file, kept = tmp_path / "one-bad-row.csv", tmp_path / "kept.csv"
    file.write_bytes(SAMPLE + CANARY.encode() + b"\x00\n")
    done = await forbear("import", str(file), "--mapping", "sample", "--quarantine", str(kept), "--json")
    report = json.loads(done.stdout)
    assert (done.exit_code, report["opened"], report["quarantined"]) == (0, 200, 1)
    assert CANARY not in done.output and len(kept.read_text("utf-8").splitlines()) == 2


def reported(account: str = "A1", **changes: Any) -> DelinquencyReported:
    facts: dict[str, Any] = {
        "account_ref": account,
        "borrower_ref": "B1",
        "product": "card",
        "arrears": cny("1000.00"),
        "balance": cny("9000.00"),
        "oldest_unpaid_due_date": TODAY,
        "as_of": TODAY,
    }
    return DelinquencyReported(**(facts | changes))


def message(
    house: House, event_id: str, payload: EventPayload, source: str = "/bank", version: int | None = None
) -> RawMessage:
    """A good message."""
    return arriving(payload, event_id, source, house.clock.now(), version=version)


def with_header(good: RawMessage, name: str, value: bytes | None) -> RawMessage:
    """The message with another header, or without it."""
    kept = tuple((key, old) for key, old in good.headers if key != name)
    headers = kept if value is None else (*kept, (name, value))
    return RawMessage(good.topic, good.partition, good.offset, good.key, headers, good.body)


def with_body(good: RawMessage, body: bytes | None) -> RawMessage:
    return RawMessage(good.topic, good.partition, good.offset, good.key, good.headers, body)


def with_field(good: RawMessage, **changes: Any) -> RawMessage:
    assert good.body is not None
    return with_body(good, orjson.dumps(orjson.loads(good.body) | changes))


async def test_a_broken_event_becomes_a_dead_letter_with_its_reason(house: House, forbear: Forbear) -> None:
    def good(number: int) -> RawMessage:
        # Accounts of their own: later messages of a key wait behind a dead one.
        return message(house, f"e-{number}", reported(f"A{number}"))

    wrong_money = {"amount": 12.345, "currency": "CNY"}
    broken: list[tuple[RawMessage, str]] = [
        (with_body(good(1), None), "no body"),
        (with_body(good(2), b"{"), "body"),
        (with_body(good(3), b"\xff\xfe"), "body"),
        (with_header(good(4), "ce_id", None), "ce_id is missing"),
        (with_header(good(5), "ce_specversion", b"0.3"), "ce_specversion"),
        (with_header(good(6), "ce_time", b"yesterday"), "ce_time"),
        (with_header(good(7), "ce_time", b"2026-03-02T10:00:00"), "no offset"),
        (with_header(good(8), "ce_source", b"\xff"), "not UTF-8"),
        (with_field(good(9), arrears=wrong_money), "arrears"),
        (with_field(good(10), arrears={"amount": "1e5", "currency": "CNY"}), "arrears"),
        (with_field(good(11), balance={"amount": "1.00", "currency": "XXX"}), "balance"),
        (with_body(good(12), b'{"account_ref": "A12"}'), "borrower_ref"),
        (with_field(good(13), as_of=CANARY), "as_of"),
        (message(house, "e-14", reported("A14", arrears=cny("-1.00"))), "FactsContradict"),
        (message(house, "e-15", OfferDeclined(
            case_id=business_uuid("case", "nowhere"), plan_id=business_uuid("plan", "nowhere"), version=1, round=1,
        ), "/plans/plans", 1), "CaseUnknown"),
    ]  # fmt: skip
    before = await Visitor(house).rows()
    for number, (raw, _) in enumerate(broken, 1):
        assert (await house.applier.apply(raw)).outcome == "dead", number
        assert (await house.applier.apply(raw)).outcome in ("dead", "waiting"), "the same again is the same letter"
    after = await Visitor(house).rows()
    grown = {name: after[name] - before[name] for name in after if after[name] != before[name]}
    assert grown == {"held_message": len(broken)}

    listed = await forbear("dead-letters", "list", "--service", "intake", "--json")
    letters = [json.loads(line) for line in listed.stdout.splitlines()]
    assert (listed.exit_code, len(letters)) == (1, len(broken))
    for (raw, reason), letter in zip(broken, letters, strict=True):
        assert reason in letter["reason"] and letter["topic"] == raw.topic, letter
    assert CANARY not in listed.stdout
    for letter in letters:
        shown = await forbear("dead-letters", "show", str(letter["id"]), "--service", "intake")
        assert shown.exit_code == 0 and letter["reason"] in shown.stdout and CANARY not in shown.stdout


async def test_operators_retry_and_discard_what_was_broken(house: House, forbear: Forbear) -> None:
    broken = with_field(message(house, "e-1", reported("A1")), arrears={"amount": "-1.00", "currency": "CNY"})
    assert (await house.applier.apply(broken)).outcome == "dead"
    assert (await house.applier.apply(message(house, "e-2", reported("A1")))).outcome == "waiting"
    [letter] = [
        json.loads(line)["id"]
        for line in (await forbear("dead-letters", "list", "--service", "intake", "--json")).stdout.splitlines()
    ]
    still = await forbear("dead-letters", "retry", str(letter), "--service", "intake")
    assert (still.exit_code, await house.scalar("SELECT count(*) FROM collections_case")) == (1, 0)
    given_up = await forbear("dead-letters", "discard", str(letter), "--service", "intake", "--yes")
    assert given_up.exit_code == 0 and "1 that waited behind applied" in given_up.stdout
    assert await house.scalar("SELECT count(*) FROM collections_case") == 1
    assert (await forbear("dead-letters", "list", "--service", "intake")).exit_code == 0


async def test_an_id_that_comes_with_other_contents_is_held(house: House, forbear: Forbear) -> None:
    assert (await house.applier.apply(message(house, "e-1", reported("A1")))).outcome == "applied"
    assert (await house.applier.apply(message(house, "e-1", reported("A1")))).outcome == "repeat"
    other = message(house, "e-1", reported("A1", arrears=cny("7.00")))
    assert (await house.applier.apply(other)).outcome == "dead"
    shown = await forbear("dead-letters", "list", "--service", "intake", "--json")
    assert "id_reuse" in json.loads(shown.stdout)["reason"]
    assert str(await house.scalar("SELECT arrears FROM collections_case")) == "1000.0000"
