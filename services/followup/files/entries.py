"""What files of the bank say, whichever message it is in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.common.kernel.money import Money
from services.followup.domain.postings import PostingKind


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One transaction: `reference` is the bank's own; what it may belong to is in the ids, the creditor's `remittance`
    reference and the accounts credited."""

    line: int
    reference: str | None
    kind: PostingKind
    amount: Money
    value_date: date
    booking_date: date
    end_to_end_id: str | None
    remittance: str | None
    accounts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Skipped:
    """A transaction that is none of ours: not booked, going out, accepted."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Faulty:
    """An entry that cannot be used, and why."""

    line: int
    reason: str


Said = FileEntry | Skipped | Faulty


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a statement of one account, and the day that the statement closes, where this page says so."""

    account: str
    statement: str
    number: int
    is_last: bool
    business_date: date | None


@dataclass(frozen=True, slots=True)
class PaymentsFile:
    """A file that was looked through: digest of its content, message such as camt.054.001.08, its own id, the number of
    transactions, and its pages of statements, from which it follows which day is closed, or why it has none that count.
    """

    digest: str
    message: str
    message_id: str
    entries: int
    faulty: int
    pages: tuple[Page, ...]
    closes_none_because: str | None
