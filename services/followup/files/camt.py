"""camt.053 statements and camt.054 notifications: entries with one or several transactions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from services.common.kernel.money import Money
from services.followup.domain.postings import PostingKind
from services.followup.files.entries import Faulty, FileEntry, Page, Said, Skipped
from services.followup.files.errors import EntryRefused
from services.followup.files.values import day, identifier, money
from services.followup.files.xml import Found, Node

ENTRY = "Ntry"
REPORTS = ("Stmt", "Ntfctn")
_END_OF_DAY = time(23, 59)
_PAGE = re.compile(r"[1-9][0-9]{0,4}")


def said_in(found: Found) -> Iterator[Said]:
    """The transactions of an entry; one entry that is wrong in one of them is wrong as a whole."""
    try:
        yield from list(_said_in(found.node, found.within[-1]))
    except EntryRefused as refused:
        yield Faulty(refused.line, refused.reason)


def _said_in(entry: Node, report: Node) -> Iterator[Said]:
    status = entry.value("Sts/Cd", "Sts")
    if status is None:
        raise EntryRefused("the entry has no status", entry.line)
    if status != "BOOK":
        yield Skipped(entry.line, "not_booked")
        return
    whole = money(entry.first("Amt"), entry.line)
    booked = day(entry.first("BookgDt"), "the booking date", entry.line)
    valued = day(entry.first("ValDt"), "the value date", entry.line) or booked
    if booked is None or valued is None:
        raise EntryRefused("the booking date is missing", entry.line)
    details = entry.all("NtryDtls/TxDtls")
    parts = details or [entry]
    amounts = [_amount(part, entry, alone=len(parts) == 1) for part in parts]
    if any(one.currency != whole.currency for one in amounts) or sum(one.minor for one in amounts) != whole.minor:
        raise EntryRefused("the transactions do not sum to the entry", entry.line)
    for part, amount in zip(parts, amounts, strict=True):
        kind = _kind(part, entry)
        if kind is None:
            yield Skipped(part.line, "outgoing")
            continue
        # The entry's reference stands for its one transaction, never for several.
        own = part.value("Refs/AcctSvcrRef") or (entry.value("AcctSvcrRef") if len(parts) == 1 else None)
        yield FileEntry(
            line=part.line,
            reference=identifier(own, "the reference of the bank", part.line),
            kind=kind,
            amount=amount,
            value_date=valued,
            booking_date=booked,
            end_to_end_id=identifier(part.value("Refs/EndToEndId"), "the end-to-end id", part.line),
            remittance=identifier(part.value("RmtInf/Strd/CdtrRefInf/Ref"), "the reference", part.line),
            accounts=_accounts(part, report),
        )


def _amount(part: Node, entry: Node, *, alone: bool) -> Money:
    node = part.first("Amt") or part.first("AmtDtls/TxAmt/Amt")
    if node is None and not alone:
        raise EntryRefused("one of several transactions has no amount", part.line)
    return money(node or entry.first("Amt"), part.line)


def _kind(part: Node, entry: Node) -> PostingKind | None:
    """What a transaction is; None for money that goes out, and for that taken back."""
    indicator = part.value("CdtDbtInd") or entry.value("CdtDbtInd")
    reversal = entry.value("RvslInd")
    if indicator not in ("CRDT", "DBIT"):
        raise EntryRefused("credit or debit is not said", part.line)
    if reversal not in (None, "true", "false", "1", "0"):
        raise EntryRefused("the reversal indicator is neither true nor false", entry.line)
    is_reversal = reversal in ("true", "1")
    if part.first("RtrInf") is not None:
        return PostingKind.RETURN if indicator == "DBIT" else None
    if indicator == "CRDT":
        return None if is_reversal else PostingKind.PAYMENT
    return PostingKind.REVERSAL if is_reversal else None


def _accounts(part: Node, report: Node) -> tuple[str, ...]:
    """The accounts that may be the borrower's: that of the creditor, and that of the report."""
    paths = ("RltdPties/CdtrAcct/Id/Othr/Id", "RltdPties/CdtrAcct/Id/IBAN")
    found = [part.value(path) for path in paths] + [report.value(path) for path in ("Acct/Id/Othr/Id", "Acct/Id/IBAN")]
    return tuple(dict.fromkeys(account for account in found if account is not None))


def closed_day(report: Node) -> date | None:
    """The day of which a report holds everything: a statement's closing balance, or the whole day of a notification.
    EntryRefused when it is no day."""
    if report.name == "Stmt":
        closing = [b for b in report.all("Bal") if b.value("Tp/CdOrPrtry/Cd") == "CLBD"]
        days = [found for b in closing if (found := day(b.first("Dt"), "the day of the balance", b.line))]
        return min(days, default=None)
    until = report.first("FrToDt/ToDtTm")
    if until is None:
        return None
    try:
        end = datetime.fromisoformat(until.text.strip())
    except ValueError:
        raise EntryRefused("the end of the period is no instant", until.line) from None
    if end.time() == time.min:
        return end.date() - timedelta(days=1)
    return end.date() if end.time() >= _END_OF_DAY else None


def page_of(report: Node, header: Node | None) -> Page | None:
    """The page that a report is. None when the message is one of several, or the page has no number: what belongs
    together is not known then. EntryRefused when it says a day that is none."""
    message = header and header.first("MsgPgntn")
    if message is not None and not (message.value("PgNb") == "1" and message.value("LastPgInd") == "true"):
        return None
    own = report.first("StmtPgntn") or report.first("NtfctnPgntn")
    number, last = (own.value("PgNb"), own.value("LastPgInd")) if own else ("1", "true")
    if number is None or not _PAGE.fullmatch(number) or last not in ("true", "false"):
        return None
    name = report.value("ElctrncSeqNb", "LglSeqNb", "Id") or ""
    account = report.value("Acct/Id/Othr/Id", "Acct/Id/IBAN") or ""
    return Page(account, f"{report.name}/{name}", int(number), last == "true", closed_day(report))
