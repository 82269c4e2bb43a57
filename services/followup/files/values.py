"""Values of ISO 20022 elements."""

from __future__ import annotations

from datetime import date, datetime

from services.common.kernel.errors import ForbearError
from services.common.kernel.money import Money, minor_digits
from services.followup.files.errors import EntryRefused
from services.followup.files.xml import Node

NOT_PROVIDED = "NOTPROVIDED"
MAX_ID = 100


def money(node: Node | None, line: int) -> Money:
    """An amount with its currency. EntryRefused when it is missing, not positive, or none."""
    if node is None:
        raise EntryRefused("the amount is missing", line)
    currency = node.attributes.get("Ccy")
    if currency is None:
        raise EntryRefused("the amount has no currency", node.line)
    try:
        found = Money.of(_plain(node.text.strip(), currency), currency)
    except ForbearError as error:
        raise EntryRefused(f"the amount cannot be read: {error.detail}", node.line) from None
    if not found.is_positive:
        raise EntryRefused("the amount is not positive", node.line)
    return found


def _plain(text: str, currency: str) -> str:
    # The schema allows five decimals, written out: 500.00000 is 500.00.
    whole, dot, decimals = text.partition(".")
    kept = minor_digits(currency)
    return text if len(decimals) <= kept or decimals[kept:].strip("0") else whole + (dot + decimals[:kept]).rstrip(".")


def day(node: Node | None, name: str, line: int) -> date | None:
    """The day of a date or an instant, None when it is not said. EntryRefused when it is none."""
    if node is None:
        return None
    text = node.value("Dt", "DtTm")
    if text is None:
        raise EntryRefused(f"{name} is empty", node.line)
    return as_day(text, name, node.line)


def as_day(text: str, name: str, line: int) -> date:
    """EntryRefused when it is no day."""
    try:
        return datetime.fromisoformat(text).date() if "T" in text else date.fromisoformat(text[:10])
    except ValueError:
        raise EntryRefused(f"{name} is no date", line) from None


def identifier(text: str | None, name: str, line: int) -> str | None:
    """An id as it is kept: None where the payer gave none. EntryRefused when it is too long."""
    if text is None or text.upper() == NOT_PROVIDED:
        return None
    if len(text) > MAX_ID:
        raise EntryRefused(f"{name} is longer than {MAX_ID} characters", line)
    return text
