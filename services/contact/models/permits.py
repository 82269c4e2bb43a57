"""Tables: permits, the budget under whose lock they are decided, and the attempts they were used for."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from services.contact.models.base import ContactTable, instant, jsonb


class ContactBudget(ContactTable, table=True):
    """One row per borrower: whoever decides on a contact locks it, so that counts hold whoever asks at once."""

    __tablename__ = "contact_budget"

    borrower_id: UUID = Field(primary_key=True)
    asked: int


class Permit(ContactTable, table=True):
    """A decision of the contact guard, permitted or refused, with all it saw. `facts` hold no personal data.

    `borrower_id` is the person who would be contacted, who may be another party of the case than its borrower. `asked`
    is what else was asked for: who collects, which product, which staff would visit. `overridden` are the rules that
    refused and that two people let the contact through.
    """

    __tablename__ = "permit"
    __table_args__ = (
        CheckConstraint("verdict IN ('permitted', 'refused')", name="verdict"),
        Index(
            "ix_permit_reserved",
            "borrower_id",
            "channel",
            "expires_at",
            postgresql_where=text("verdict = 'permitted' AND used_at IS NULL"),
        ),
        Index("ix_permit_case", "case_id", "decided_at"),
    )

    permit_id: UUID = Field(primary_key=True)
    borrower_id: UUID
    case_id: UUID
    channel: str
    number_id: UUID | None
    number_digest: str | None
    third_party_id: UUID | None = None
    purpose: str
    message_class: str
    verdict: str
    verdicts: list[dict[str, Any]] = Field(sa_column=jsonb())
    facts: dict[str, Any] = Field(sa_column=jsonb())
    asked: dict[str, Any] = Field(sa_column=jsonb())
    overridden: list[str] = Field(sa_column=jsonb())
    pack: str
    pack_version: str
    asked_by: str
    decided_at: datetime = Field(sa_column=instant())
    earliest: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    expires_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    used_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))


class Attempt(ContactTable, table=True):
    """One attempt to reach the borrower and what it counts as. `local_day` is the day in the first plausible zone."""

    __tablename__ = "attempt"
    __table_args__ = (
        Index("ix_attempt_borrower", "borrower_id", "channel", "at"),
        Index("ix_attempt_number", "number_digest", "channel", "at"),
        Index("ix_attempt_case", "case_id", "at"),
    )

    attempt_id: UUID = Field(primary_key=True)
    permit_id: UUID = Field(unique=True)
    case_id: UUID
    borrower_id: UUID
    channel: str
    number_digest: str | None
    third_party_id: UUID | None = None
    purpose: str
    outcome: str
    at: datetime = Field(sa_column=instant())
    local_day: date
    counts_as_attempt: bool
    counts_as_connected: bool
    counts_as_conversation: bool
    counts_as_rpc: bool
