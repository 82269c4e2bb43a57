"""pain.002 status reports: direct debits that were rejected or returned."""

from __future__ import annotations

from collections.abc import Iterator

from services.followup.domain.postings import PostingKind
from services.followup.files.entries import Faulty, FileEntry, Said, Skipped
from services.followup.files.errors import EntryRefused
from services.followup.files.values import as_day, identifier, money
from services.followup.files.xml import Found, Node

ENTRY = "TxInfAndSts"
_REJECTED = "RJCT"


def said_in(found: Found) -> Iterator[Said]:
    """What became of one transaction."""
    try:
        yield _said_in(found)
    except EntryRefused as refused:
        yield Faulty(refused.line, refused.reason)


def _said_in(found: Found) -> Said:
    node = found.node
    status = node.value("TxSts") or _above(found, "PmtInfSts", "OrgnlGrpInfAndSts/GrpSts")
    if status is None:
        raise EntryRefused("the status is missing", node.line)
    if status != _REJECTED:
        return Skipped(node.line, "not_rejected")
    created = _above(found, "GrpHdr/CreDtTm")
    if created is None:
        raise EntryRefused("the report does not say when it was made", node.line)
    booked = as_day(created, "the day of the report", node.line)
    settled = node.value("OrgnlTxRef/IntrBkSttlmDt", "OrgnlTxRef/ReqdColltnDt", "OrgnlTxRef/ReqdExctnDt/Dt")
    return FileEntry(
        line=node.line,
        reference=identifier(node.value("AcctSvcrRef"), "the reference of the bank", node.line),
        kind=PostingKind.RETURN,
        amount=money(node.first("OrgnlTxRef/Amt/InstdAmt"), node.line),
        value_date=booked if settled is None else as_day(settled, "the day of the collection", node.line),
        booking_date=booked,
        end_to_end_id=identifier(node.value("OrgnlEndToEndId"), "the end-to-end id", node.line),
        remittance=identifier(node.value("OrgnlTxRef/RmtInf/Strd/CdtrRefInf/Ref"), "the reference", node.line),
        accounts=(),
    )


def _above(found: Found, *paths: str) -> str | None:
    above: list[Node] = list(reversed(found.within))
    return next((text for node in above if (text := node.value(*paths))), None)
