"""Tables: what borrowers attested of their means."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Column, Text
from sqlmodel import Field

from services.intake.models.base import IntakeTable, instant


class Attestation(IntakeTable, table=True):
    """That a borrower says of a statement of means that it is true and complete (append-only), in which words and how.

    `differences` are codes of what a person was asked to look at, without amounts.
    """

    __tablename__ = "attestation"
    __table_args__ = (CheckConstraint("how IN ('told', 'signed', 'portal')", name="how"),)
    case_id: UUID = Field(primary_key=True, foreign_key="collections_case.case_id")
    assessment_id: UUID = Field(primary_key=True)
    how: str = Field(sa_type=Text)
    words_version: str = Field(sa_type=Text)
    differences: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    at: datetime = Field(sa_column=instant())
    actor: str = Field(sa_type=Text)
