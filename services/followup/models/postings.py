"""Tables: the bank's postings, the days it has closed, files of it, and what fits nowhere."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, Uuid, text
from sqlmodel import Field

from services.common.runtime.tables import INSTANT
from services.followup.domain.postings import PostingKind
from services.followup.models.base import AMOUNT, FollowupTable, one_of
from services.followup.vocabulary import Channel, Resolution, UnmatchedReason


class PostingRow(FollowupTable, table=True):
    """A posting by the bank's own reference, the same on every channel; `source` is the channel that said it first.

    `first_seen_at` is when we learned of it. Somebody may have found that it belongs to the account `assigned_to`.
    """

    __tablename__ = "posting"
    __table_args__ = (
        one_of("kind", PostingKind),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("(kind = 'payment') = (reverses IS NULL)", name="reverses"),
        CheckConstraint("(assigned_to IS NULL) = (assigned_at IS NULL)", name="assigned"),
        one_of("source", Channel),
        Index("ix_posting_account_ref", "account_ref", "value_date"),
        Index("ix_posting_assigned_to", "assigned_to", postgresql_where=text("assigned_to IS NOT NULL")),
        Index("ix_posting_reverses", "reverses", postgresql_where=text("reverses IS NOT NULL")),
        Index("ix_posting_end_to_end_id", "end_to_end_id", postgresql_where=text("end_to_end_id IS NOT NULL")),
    )

    posting_ref: str = Field(primary_key=True, sa_type=Text)
    source: str = Field(sa_type=Text)
    account_ref: str = Field(sa_type=Text)
    currency: str = Field(sa_type=Text)
    amount: Decimal = Field(sa_type=AMOUNT)
    value_date: date
    booking_date: date
    kind: str = Field(sa_type=Text)
    reverses: str | None = Field(default=None, sa_type=Text)
    end_to_end_id: str | None = Field(default=None, sa_type=Text)
    assigned_to: str | None = Field(default=None, sa_type=Text)
    assigned_at: datetime | None = Field(default=None, sa_type=INSTANT)
    sightings: int = 1
    first_seen_at: datetime = Field(sa_type=INSTANT)


class ClosedDay(FollowupTable, table=True):
    """The last business day the bank has closed on one partition of its feed."""

    __tablename__ = "closed_day"

    partition: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    closed_through: date


class Closing(FollowupTable, table=True):
    """That the bank has closed a business day on a partition, by which channel, and when we learned of it
    (append-only)."""

    __tablename__ = "closing"
    __table_args__ = (one_of("source", Channel),)

    partition: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    business_date: date = Field(primary_key=True)
    source: str = Field(sa_type=Text)
    known_at: datetime = Field(sa_type=INSTANT)


class PaymentFile(FollowupTable, table=True):
    """A file of the bank by the digest of its content, and how far it is read; `closes` is the day it ends."""

    __tablename__ = "payment_file"

    digest: str = Field(primary_key=True, sa_type=Text)
    message: str = Field(sa_type=Text)
    message_id: str = Field(sa_type=Text)
    entries_done: int = 0
    closes: date | None = None
    began_at: datetime = Field(sa_type=INSTANT)
    ended_at: datetime | None = Field(default=None, sa_type=INSTANT)


class StatementPage(FollowupTable, table=True):
    """A page of a statement of one of the bank's accounts. A statement is whole with its last page and all before it;
    `business_date` is the day that it closes, on the page that says so."""

    __tablename__ = "statement_page"
    __table_args__ = (CheckConstraint("page > 0", name="page"),)

    account: str = Field(primary_key=True, sa_type=Text)
    statement: str = Field(primary_key=True, sa_type=Text)
    page: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    is_last: bool
    business_date: date | None = None
    digest: str = Field(sa_type=Text)


class UnmatchedPosting(FollowupTable, table=True):
    """A posting somebody has to look at. What makes it clear later resolves it by itself; otherwise a person does.

    One with a `posting_ref` of the table `posting` is kept there too. One from a file may have no account, or no
    reference of the bank; `found_in` names the file and the line.
    """

    __tablename__ = "unmatched_posting"
    __table_args__ = (
        one_of("reason", UnmatchedReason),
        one_of("resolution", Resolution),
        one_of("kind", PostingKind),
        CheckConstraint("(resolved_at IS NULL) = (resolution IS NULL)", name="resolved"),
        Index("ix_unmatched_posting_open", "opened_at", "entry_id", postgresql_where=text("resolved_at IS NULL")),
        Index("ix_unmatched_posting_ref", "posting_ref", postgresql_where=text("resolved_at IS NULL")),
    )

    entry_id: UUID = Field(primary_key=True, sa_type=Uuid)
    posting_ref: str | None = Field(default=None, sa_type=Text)
    reason: str = Field(sa_type=Text)
    source: str = Field(sa_type=Text)
    account_ref: str | None = Field(default=None, sa_type=Text)
    agreement_id: UUID | None = Field(default=None, sa_type=Uuid)
    kind: str = Field(sa_type=Text)
    currency: str = Field(sa_type=Text)
    amount: Decimal = Field(sa_type=AMOUNT)
    value_date: date
    booking_date: date
    reverses: str | None = Field(default=None, sa_type=Text)
    end_to_end_id: str | None = Field(default=None, sa_type=Text)
    remittance_ref: str | None = Field(default=None, sa_type=Text)
    found_in: str | None = Field(default=None, sa_type=Text)
    opened_at: datetime = Field(sa_type=INSTANT)
    resolved_at: datetime | None = Field(default=None, sa_type=INSTANT)
    resolution: str | None = Field(default=None, sa_type=Text)
    resolved_by: str | None = Field(default=None, sa_type=Text)
