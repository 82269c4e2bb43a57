"""Tables: cases as copied, the numbers of their borrowers, and the rounds of contact."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.common.runtime.encryption import EncryptedText
from services.contact.models.base import ContactTable, instant, jsonb

# The encrypted column that a text statement reads too; the name is bound to the value.
NUMBER_VALUE = "number.value"


class ContactCase(ContactTable, table=True):
    """What contact must know of a case, from case.triaged.

    `numbers_at` is when the borrower's numbers were learned, `hardship_at` when the borrower first told of hardship,
    `disclosed` whether everything mandatory was told to the borrower, as others heard last.
    """

    __tablename__ = "contact_case"
    __table_args__ = (CheckConstraint("origin IN ('bank', 'borrower', 'file')", name="origin"),)

    case_id: UUID = Field(primary_key=True)
    borrower_id: UUID = Field(index=True)
    pack: str
    bucket: str
    account_ref: str = Field(default="", sa_column_kwargs={"server_default": ""})
    product: str = Field(default="", sa_column_kwargs={"server_default": ""})
    portfolio: str = Field(default="", sa_column_kwargs={"server_default": ""})
    origin: str
    language: str
    time_zones: list[str] = Field(sa_column=jsonb())
    contactable: bool
    round: int
    numbers_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    hardship_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    disclosed: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    closed_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))


class Number(ContactTable, table=True):
    """A number or address of a borrower in one channel, with its lawful source. A barred one is not used again.

    `zones` are those in which it may be, as far as the number tells. `confirmed_on` is the day on which the person last
    used it, agreed to it, or it was checked; `handed_over` came from the creditor, with a notice on `notice_on`.
    """

    __tablename__ = "number"
    __table_args__ = (
        CheckConstraint("(barred_at IS NULL) = (barred_for IS NULL)", name="barred"),
        CheckConstraint("barred_for IN ('opted_out', 'wrong_number', 'undeliverable', 'withdrawn')", name="barred_for"),
        CheckConstraint("place IN ('home', 'mobile', 'work', 'other')", name="place"),
        Index("ix_number_borrower", "borrower_id", "channel", "digest", unique=True),
    )

    number_id: UUID = Field(primary_key=True)
    borrower_id: UUID
    channel: str
    value: str = Field(sa_column=Column(EncryptedText(NUMBER_VALUE), nullable=False))
    digest: str = Field(index=True)
    provenance: str
    verified: bool
    learned_at: datetime = Field(sa_column=instant())
    zones: list[str] = Field(default_factory=list, sa_column=Column(JSONB, nullable=False, server_default="[]"))
    place: str | None = None
    confirmed_on: date | None = None
    handed_over: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    notice_on: date | None = None
    barred_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    barred_for: str | None = None
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})


class Cadence(ContactTable, table=True):
    """The steps of one round of contact: how many are done, and when the next is due."""

    __tablename__ = "cadence"
    __table_args__ = (CheckConstraint("state IN ('running', 'engaged', 'exhausted', 'stopped')", name="state"),)

    case_id: UUID = Field(primary_key=True)
    round: int = Field(primary_key=True)
    step: int
    state: str
    policy_version: str
    started_at: datetime = Field(sa_column=instant())
    next_due: datetime = Field(sa_column=instant())
    ended_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
