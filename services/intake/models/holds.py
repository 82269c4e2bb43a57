"""Tables: holds on borrowers."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Column, Index, Text, text
from sqlmodel import Field

from services.common.runtime.encryption import EncryptedText
from services.intake.models.base import IntakeTable, instant

HOLD_KIND = "hold.kind"


class PlacedHold(IntakeTable, table=True):
    """A hold on a borrower. Its kind tells of health or law, so it is encrypted; what it blocks is told to others.

    `reach` is whom it reaches, as the event tells; `flag_id` is the flag for which it was placed.
    """

    __tablename__ = "hold"
    __table_args__ = (
        CheckConstraint("ends_at IS NULL OR ends_at > starts_at", name="period"),
        CheckConstraint("reach IN ('person', 'share', 'debt')", name="reach"),
        Index("ix_hold_borrower_id", "borrower_id", "number", unique=True),
        Index("ix_hold_case_id", "case_id"),
        Index("ix_hold_flag_id", "flag_id", postgresql_where=text("flag_id IS NOT NULL")),
    )
    hold_id: UUID = Field(primary_key=True)
    borrower_id: UUID = Field(foreign_key="borrower.borrower_id")
    case_id: UUID = Field(foreign_key="collections_case.case_id")
    number: int
    flag_id: UUID | None = Field(default=None, foreign_key="vulnerability_flag.flag_id")
    kind: str = Field(sa_column=Column(EncryptedText(HOLD_KIND), nullable=False))
    blocks: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    starts_at: datetime = Field(sa_column=instant())
    ends_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    reach: str = Field(default="person", sa_column=Column(Text, nullable=False, server_default="person"))
    placed_by: str = Field(sa_type=Text)
    lifted_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    lifted_by: str | None = Field(default=None, sa_type=Text)
    version: int
