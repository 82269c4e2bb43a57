"""Tables: what the bank had to offer before it asked for anything."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.intake.models.base import IntakeTable, instant


class BenefitsCheck(IntakeTable, table=True):
    """The programmes there were for a case on a day, as plans listed them (append-only).

    `programmes`: [{relief_type, name_zh, name_en, fits, conditions, still_asked}]; `free`: {zh, en}.
    """

    __tablename__ = "benefits_check"
    case_id: UUID = Field(primary_key=True, foreign_key="collections_case.case_id")
    checked_on: date
    policy_version: str = Field(sa_type=Text)
    programmes: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))
    free: dict[str, str] = Field(sa_column=Column(JSONB, nullable=False))
    at: datetime = Field(sa_column=instant())
