"""Tables: borrowers, as the bank and they themselves told of them."""

from typing import Any, Literal
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.common.runtime.encryption import EncryptedText
from services.intake.models.base import IntakeTable


class Borrower(IntakeTable, table=True):
    """A borrower as the bank and the borrower told of them. `provenance`: {field: {source, as_of}} of each fact."""

    __tablename__ = "borrower"
    __table_args__ = (
        CheckConstraint("language IN ('zh', 'en')", name="language"),
        Index("ix_borrower_phone_digest", "phone_digest"),
        Index("ix_borrower_national_id_digest", "national_id_digest"),
    )
    borrower_id: UUID = Field(primary_key=True)
    borrower_ref: str = Field(sa_type=Text)
    name: str | None = Field(default=None, sa_column=Column(EncryptedText("borrower.name")))
    phone: str | None = Field(default=None, sa_column=Column(EncryptedText("borrower.phone")))
    phone_digest: str | None = Field(default=None, sa_type=Text)
    national_id: str | None = Field(default=None, sa_column=Column(EncryptedText("borrower.national_id")))
    national_id_digest: str | None = Field(default=None, sa_type=Text)
    email: str | None = Field(default=None, sa_column=Column(EncryptedText("borrower.email")))
    postal_address: str | None = Field(default=None, sa_column=Column(EncryptedText("borrower.postal_address")))
    language: Literal["zh", "en"] = Field(sa_type=Text)
    time_zone: str = Field(sa_type=Text)
    provenance: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
