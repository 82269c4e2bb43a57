"""Files of the bank as they are read: several versions, and what is refused with line and reason."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from services.common.kernel.money import Money
from services.followup.domain.matching import Payment, account_of, taken_back
from services.followup.domain.postings import PostingKind
from services.followup.files.entries import Faulty, FileEntry, Page, Skipped
from services.followup.files.errors import FileRefused
from services.followup.files.reading import inspect, read

BANK = Path(__file__).resolve().parents[1] / "data" / "bank"
NOTIFICATION = (BANK / "camt.054.001.08.xml").read_text("utf-8")


def entries(path: Path) -> list[FileEntry]:
    return [said for said in read(path) if isinstance(said, FileEntry)]


def written(folder: Path, text: str) -> Path:
    path = folder / "file.xml"
    path.write_text(text, "utf-8")
    return path


def test_a_notification_of_entries_with_one_and_several_transactions() -> None:
    said = list(read(BANK / "camt.054.001.08.xml"))
    single, *batch = [one for one in said if isinstance(one, FileEntry)]
    assert single == FileEntry(
        line=25,
        reference="BK-1001",
        kind=PostingKind.PAYMENT,
        amount=Money.of("500.00", "CNY"),
        value_date=date(2026, 3, 31),
        booking_date=date(2026, 4, 1),
        end_to_end_id="E2E-1001",
        remittance="A-1",
        accounts=("COLLECT-01",),
    )
    assert [(one.reference, one.end_to_end_id, one.value_date) for one in batch] == [
        ("BK-1002-1", None, date(2026, 4, 1)),
        ("BK-1002-2", None, date(2026, 4, 1)),
        (None, "A-1", date(2026, 4, 1)),
    ], "the reference of the batch is none of its transactions', and nothing is read from free text"
    assert batch[0].accounts == ("A-2", "COLLECT-01")
    assert [one.reason for one in said if isinstance(one, Skipped)] == ["not_booked", "outgoing"]
    found = inspect(BANK / "camt.054.001.08.xml")
    assert (found.message, found.message_id, found.entries, found.pages[0].business_date) == (
        "camt.054.001.08", "NTF-2026-04-01-1", 4, None,
    )  # fmt: skip


def test_a_statement_closes_its_day_and_says_what_was_returned() -> None:
    paid, returned = entries(BANK / "camt.053.001.02.xml")
    assert (paid.kind, paid.reference, returned.kind, returned.end_to_end_id) == (
        PostingKind.PAYMENT, "BK-2001", PostingKind.RETURN, "E2E-1001",
    )  # fmt: skip
    assert inspect(BANK / "camt.053.001.02.xml").pages == (Page("COLLECT-01", "Stmt/94", 1, True, date(2026, 4, 4)),)


def test_a_notification_of_a_whole_day_closes_it() -> None:
    (reversal,) = entries(BANK / "camt.054.001.04.xml")
    assert (reversal.kind, reversal.value_date, reversal.booking_date) == (
        PostingKind.REVERSAL, date(2026, 4, 4), date(2026, 4, 6),
    )  # fmt: skip
    assert [page.business_date for page in inspect(BANK / "camt.054.001.04.xml").pages] == [date(2026, 4, 6)]


def test_rejected_direct_debits() -> None:
    first, second = entries(BANK / "pain.002.001.03.xml")
    assert (first.kind, first.reference, first.amount, first.value_date) == (
        PostingKind.RETURN, "BK-4001", Money.of("500.00", "CNY"), date(2026, 4, 1),
    )  # fmt: skip
    assert (second.end_to_end_id, second.value_date) == ("E2E-9999", date(2026, 4, 3))


@pytest.mark.parametrize("version", ["02", "04", "08"])
def test_versions_of_one_message_say_the_same(tmp_path: Path, version: str) -> None:
    text = NOTIFICATION.replace("camt.054.001.08", f"camt.054.001.{version}")
    if version != "08":
        text = text.replace("<Sts><Cd>BOOK</Cd></Sts>", "<Sts>BOOK</Sts>").replace(
            "<Sts><Cd>PDNG</Cd></Sts>", "<Sts>PDNG</Sts>"
        )
    assert entries(written(tmp_path, text)) == entries(BANK / "camt.054.001.08.xml")


AMOUNT = '<Amt Ccy="CNY">500.00</Amt>\n        <CdtDbtInd>'
INDICATOR = "<CdtDbtInd>CRDT</CdtDbtInd>\n            <RltdPties>\n              <Dbtr>"


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        (AMOUNT, AMOUNT.replace("500.00", "5o0"), 17, "amount cannot be read"),
        (AMOUNT, AMOUNT.replace(' Ccy="CNY"', ""), 17, "no currency"),
        ('<Amt Ccy="CNY">80.00</Amt>', '<Amt Ccy="CNY">81.00</Amt>', 37, "do not sum"),
        ("<BookgDt><Dt>2026-04-01</Dt></BookgDt>\n        <ValDt>", "<ValDt>", 15, "booking date is missing"),
        ("<ValDt><Dt>2026-03-31</Dt></ValDt>", "<ValDt><Dt>2026-02-30</Dt></ValDt>", 21, "value date is no date"),
        (INDICATOR, INDICATOR.replace("CRDT", "IN"), 25, "credit or debit"),
        ("<EndToEndId>E2E-1001</EndToEndId>", f"<EndToEndId>{'E' * 101}</EndToEndId>", 25, "longer than 100"),
    ],
)
def test_an_entry_that_is_wrong_is_refused_alone(tmp_path: Path, old: str, new: str, line: int, reason: str) -> None:
    assert old in NOTIFICATION
    path = written(tmp_path, NOTIFICATION.replace(old, new, 1))
    (faulty,) = [said for said in read(path) if isinstance(said, Faulty)]
    assert (faulty.line, reason in faulty.reason) == (line, True), faulty
    assert "5o0" not in faulty.reason, "no value is told"
    assert inspect(path).faulty == 1


BOMB = """<?xml version="1.0"?>
<!DOCTYPE Document [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"><x>&b;</x></Document>
"""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (BOMB, "line 2: a document type is not read"),
        (NOTIFICATION[:900], "not XML"),
        ("account;amount\nA-1;500.00\n", "line 1: not XML"),
        (NOTIFICATION.replace("camt.054.001.08", "camt.052.001.08"), "none of the messages that are read"),
        (NOTIFICATION.replace(' xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"', ""), "none of the messages"),
        (NOTIFICATION.replace("<MsgId>NTF-2026-04-01-1</MsgId>", ""), "line 3: the message has no id"),
        (NOTIFICATION.replace("BkToCstmrDbtCdtNtfctn", "BkToCstmrStmt"), "the document is no camt.054.001.08"),
        (NOTIFICATION.replace("<NtryRef>1</NtryRef>", "<a>" * 50 + "</a>" * 50), "nested too deeply"),
        (NOTIFICATION.replace("never kept", "x" * 10_001), "text of Nm is too long"),
        ("", "not XML"),
    ],
)
def test_a_file_that_is_broken_is_refused_as_a_whole(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(FileRefused, match=reason):
        inspect(written(tmp_path, text))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<LastPgInd>true</LastPgInd>", "<LastPgInd>false</LastPgInd>"),
        ("<PgNb>1</PgNb>", "<PgNb>2</PgNb>"),
        ("<Cd>CLBD</Cd>", "<Cd>ITBD</Cd>"),
        ('<Amt Ccy="CNY">200.00</Amt>\n        <CdtDbtInd>', '<Amt Ccy="CNY">0.00</Amt>\n        <CdtDbtInd>'),
    ],
)
def test_what_closes_no_day(tmp_path: Path, old: str, new: str) -> None:
    statement = (BANK / "camt.053.001.02.xml").read_text("utf-8")
    assert old in statement
    found = inspect(written(tmp_path, statement.replace(old, new)))
    assert found.closes_none_because or [page.business_date for page in found.pages] == [None]


@pytest.mark.rule("FUP-04")
def test_an_account_is_matched_only_when_all_that_is_known_agrees() -> None:
    known = {"A-1": {"A-1"}, "core-A-1": {"A-1"}, "A-2": {"A-2"}}
    assert account_of(["A-1", None, "core-A-1", "COLLECT-01"], known) == ("A-1", False)
    assert account_of(["A-1", "A-2"], known) == (None, True)
    assert account_of(["COLLECT-01"], known) == (None, False)


@pytest.mark.rule("FUP-05")
def test_a_return_is_of_the_one_payment_that_it_fits() -> None:
    paid = Payment("p1", "A-1", Money.of("500.00", "CNY"))
    assert taken_back(paid.amount, None, [paid]) == paid
    assert taken_back(paid.amount, "A-2", [paid]) is None
    assert taken_back(Money.of("499.99", "CNY"), "A-1", [paid]) is None
    assert taken_back(paid.amount, "A-1", [paid, Payment("p2", "A-1", paid.amount)]) is None
