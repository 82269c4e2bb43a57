"""Looking through a file of the bank, and reading it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from services.followup.files import camt, pain
from services.followup.files.entries import Faulty, FileEntry, Page, PaymentsFile, Said
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


def inspect(path: Path) -> PaymentsFile:
    """Read a file to its end and say what is in it.

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
    pages: tuple[Page, ...] = ()
    why: str | None = "it has entries that cannot be used" if faulty else "its kind closes none"
    if not faulty and reports:
        try:
            pages, why = _pages(reports, body.first("GrpHdr"))
        except EntryRefused as refused:
            raise FileRefused(f"line {refused.line}: {refused.reason}") from None
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return PaymentsFile(digest, message, message_id, entries, faulty, pages, why)


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


def _pages(reports: list[Node], header: Node | None) -> tuple[tuple[Page, ...], str | None]:
    """The pages of a file, or why none of them counts for the closing of a day."""
    found = [camt.page_of(report, header) for report in reports]
    pages = tuple(page for page in found if page is not None)
    if len(pages) < len(found):
        return (), "it is one of several pages that do not say which belong together"
    return pages, None
