"""Table: overrides of refusals, asked for by one person and decided by another."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, text
from sqlmodel import Field

from services.common.runtime.encryption import EncryptedText
from services.contact.models.base import ContactTable, instant, jsonb


class Override(ContactTable, table=True):
    """Somebody asks to contact a person although these rules refused. Its version is an ETag.

    `permit_id` is the refusal, `granted_permit_id` the permit that an approval gave. What people wrote is encrypted.
    """

    __tablename__ = "override"
    __table_args__ = (
        CheckConstraint("state IN ('requested', 'approved', 'rejected', 'lapsed')", name="state"),
        CheckConstraint("(decided_by IS NULL) = (state IN ('requested', 'lapsed'))", name="decided"),
        CheckConstraint("decided_by <> requested_by", name="four_eyes"),
        CheckConstraint("(granted_permit_id IS NULL) = (state <> 'approved')", name="granted"),
        Index("ix_override_open", "requested_at", postgresql_where=text("state = 'requested'")),
    )

    override_id: UUID = Field(primary_key=True)
    permit_id: UUID = Field(unique=True)
    case_id: UUID
    rules: list[str] = Field(sa_column=jsonb())
    reason_code: str
    legal_reason: str = Field(sa_column=Column(EncryptedText("override.legal_reason"), nullable=False))
    words: str = Field(sa_column=Column(EncryptedText("override.words"), nullable=False))
    state: str
    requested_by: str
    requested_at: datetime = Field(sa_column=instant())
    expires_at: datetime = Field(sa_column=instant())
    decided_by: str | None = None
    decided_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    decision: str | None = Field(default=None, sa_column=Column(EncryptedText("override.decision"), nullable=True))
    granted_permit_id: UUID | None = None
    version: int = 1
