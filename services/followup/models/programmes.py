"""Tables: programmes of relief that opened, and what the screening of running plans for them found."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Text, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.common.runtime.tables import INSTANT
from services.followup.domain.programmes import Screened
from services.followup.models.base import FollowupTable, one_of


class ReliefProgramme(FollowupTable, table=True):
    """A relief of the catalogue that borrowers may ask for from a day on, and for whom it is."""

    __tablename__ = "relief_programme"
    __table_args__ = (
        CheckConstraint("closes_on IS NULL OR closes_on >= opens_on", name="closes_on"),
        UniqueConstraint("code", name="uq_relief_programme_code"),
    )

    programme_id: UUID = Field(primary_key=True, sa_type=Uuid)
    code: str = Field(sa_type=Text)
    relief_type: str = Field(sa_type=Text)
    packs: list[str] = Field(sa_column=Column(JSONB, nullable=False))
    products: list[str] = Field(sa_column=Column(JSONB, nullable=False))
    instalments_left_least: int
    opens_on: date
    closes_on: date | None = None
    opened_by: str = Field(sa_type=Text)
    opened_at: datetime = Field(sa_type=INSTANT)


class Screening(FollowupTable, table=True):
    """What was found of one agreement; whoever is eligible was told when it was found."""

    __tablename__ = "screening"
    __table_args__ = (one_of("result", Screened), Index("ix_screening_case_id", "case_id"))

    programme_id: UUID = Field(
        sa_column=Column(Uuid, ForeignKey("relief_programme.programme_id"), primary_key=True, nullable=False)
    )
    agreement_id: UUID = Field(primary_key=True, sa_type=Uuid)
    case_id: UUID = Field(sa_type=Uuid)
    result: str = Field(sa_type=Text)
    screened_at: datetime = Field(sa_type=INSTANT)
