"""Tables: who else owes the debt of a case, and what care people need."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, Text, text
from sqlmodel import Field

from services.common.runtime.encryption import EncryptedText
from services.intake.models.base import IntakeTable, instant


class Party(IntakeTable, table=True):
    """A person who owes the debt of a case beside its borrower. The same person may be so in several cases."""

    __tablename__ = "party"
    __table_args__ = (
        CheckConstraint("role IN ('joint_debtor', 'guarantor')", name="role"),
        Index("ix_party_borrower_id", "borrower_id"),
    )
    case_id: UUID = Field(primary_key=True, foreign_key="collections_case.case_id")
    borrower_id: UUID = Field(primary_key=True, foreign_key="borrower.borrower_id")
    role: Literal["joint_debtor", "guarantor"] = Field(sa_type=Text)
    added_at: datetime = Field(sa_column=instant())
    added_by: str = Field(sa_type=Text)


class VulnerabilityFlag(IntakeTable, table=True):
    """A circumstance for which a person is to be met with care, over all cases; `case_id` is the one that reviews it.

    Kind, note and reference (of an adviser) never leave this table but by its API. Without consent there is no note.
    """

    __tablename__ = "vulnerability_flag"
    __table_args__ = (
        CheckConstraint("source IN ('borrower', 'representative', 'third_party', 'staff', 'core')", name="source"),
        CheckConstraint("sensitivity IN ('special', 'personal')", name="sensitivity"),
        CheckConstraint("(consent_by IS NULL) = (consent_at IS NULL)", name="consent"),
        CheckConstraint("note IS NULL OR consent_by IS NOT NULL", name="note"),
        CheckConstraint(
            "(ended_at IS NULL) = (ended_by IS NULL) AND (ended_at IS NULL) = (end_reason IS NULL)", name="ended"
        ),
        Index("ix_vulnerability_flag_borrower_id", "borrower_id", "number", unique=True),
        Index("ix_vulnerability_flag_case_id", "case_id", postgresql_where=text("ended_at IS NULL")),
    )
    flag_id: UUID = Field(primary_key=True)
    borrower_id: UUID = Field(foreign_key="borrower.borrower_id")
    case_id: UUID = Field(foreign_key="collections_case.case_id")
    number: int
    kind: str = Field(sa_column=Column(EncryptedText("vulnerability_flag.kind"), nullable=False))
    note: str | None = Field(default=None, sa_column=Column(EncryptedText("vulnerability_flag.note")))
    reference: str | None = Field(default=None, sa_column=Column(EncryptedText("vulnerability_flag.reference")))
    source: str = Field(sa_type=Text)
    sensitivity: str = Field(sa_type=Text)
    consent_by: str | None = Field(default=None, sa_type=Text)
    consent_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str = Field(sa_type=Text)
    review_on: date
    renewals: int
    ended_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    ended_by: str | None = Field(default=None, sa_type=Text)
    end_reason: str | None = Field(default=None, sa_type=Text)
    version: int
