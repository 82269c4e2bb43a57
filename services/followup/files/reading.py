"""Looking through a file of the bank, and reading it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from services.followup.files import camt, pain
from services.followup.files.entries import Faulty, FileEntry, PaymentsFile, Said
from services.followup.files.errors import EntryRefused, FileRefused
from services.followup.files.xml import Found, Node, stream

MESSAGES = ("camt.053.001.02", "camt.053.001.04", "camt.053.001.08", "camt.054.001.02", "camt.054.001.04",
            "camt.054.001.08", "pain.002.001.03", "pain.002.001.10")  # fmt: skip
_NAMESPACE = re.compile(r"urn:iso:std:iso:20022:tech:xsd:([a-z]+\.\d{3}\.\d{3}\.\d{2})")
_WANTED = frozenset({camt.ENTRY, pain.ENTRY, *camt.REPORTS})
_ROOTS = {
    "camt.053": "BkToCstmrStmt",
    "camt.054": "BkToCstmrDbtCdtNtfctn",
    "pain.002": "CstmrPmtStsRpt",
}
_READ: dict[str, Callable[[Found], Iterator[Said]]] = {camt.ENTRY: camt.said_in, pain.ENTRY: pain.said_in}


def inspect(path: Path, accounts_in_a_day: int) -> PaymentsFile:
    """Read a file to its end and say what is in it; a day is complete with statements of so many accounts.

    FileRefused when it is none of the messages, is no XML, or has no id.
    """
    namespaces: set[str] = set()
    reports: list[Node] = []
    entries = faulty = 0
    root: Node | None = None
    for found in stream(path, _WANTED, namespaces):
        _message(namespaces)
        if found.node.name in _READ:
            for said in _READ[found.node.name](found):
                entries += isinstance(said, FileEntry)
                faulty += isinstance(said, Faulty)
        elif found.node.name in camt.REPORTS:
            reports.append(found.node)
        else:
            root = found.node
    message = _message(namespaces)
    body = root and root.first(_ROOTS[message[:8]])
    if root is None or root.name != "Document" or body is None:
        raise FileRefused(f"line 1: the document is no {message}")
    message_id = body.value("GrpHdr/MsgId")
    if message_id is None or len(message_id) > 100:
        raise FileRefused(f"line {body.line}: the message has no id")
    closes, why = None, "it has entries that cannot be used" if faulty else "its kind closes none"
    if not faulty and reports:
        try:
            closes, why = _closes(reports, body.first("GrpHdr"), accounts_in_a_day)
        except EntryRefused as refused:
            raise FileRefused(f"line {refused.line}: {refused.reason}") from None
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return PaymentsFile(digest, message, message_id, entries, faulty, closes, None if closes else why)


def read(path: Path) -> Iterator[Said]:
    """What a file says, in its order."""
    for found in stream(path, _WANTED, set()):
        if found.node.name in _READ:
            yield from _READ[found.node.name](found)


def _message(namespaces: set[str]) -> str:
    named = {match[1] for one in namespaces if (match := _NAMESPACE.fullmatch(one))}
    if len(named) != 1 or len(namespaces) != 1 or not named <= set(MESSAGES):
        raise FileRefused(f"line 1: this is none of the messages that are read: {', '.join(MESSAGES)}")
    return named.pop()


def _closes(reports: list[Node], header: Node | None, accounts_in_a_day: int) -> tuple[date | None, str]:
    days = [camt.closed_day(report) for report in reports]
    complete = [day for day in days if day is not None]
    if len(complete) < len(days):
        return None, "it does not hold a whole day of each account"
    if any(camt.is_a_page(report, header) for report in reports):
        return None, "it is one of several pages"
    if len({camt.account_of(report) for report in reports}) < accounts_in_a_day:
        return None, f"a day is complete with {accounts_in_a_day} accounts"
    return min(complete), ""
