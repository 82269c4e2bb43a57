"""Tables: holds under which nobody has to pay, and whom they concern."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, Uuid
from sqlmodel import Field

from services.common.runtime.tables import INSTANT
from services.followup.models.base import FollowupTable


class HoldFact(FollowupTable, table=True):
    """What intake said of a hold under which nobody has to pay: from and until when, by the number of its saying.

    Facts are only added. Of one hold the last counts: it was extended, ended early, or began anew.
    """

    __tablename__ = "hold_fact"
    __table_args__ = (Index("ix_hold_fact_borrower_id", "borrower_id"),)

    hold_id: UUID = Field(primary_key=True, sa_type=Uuid)
    number: int = Field(primary_key=True)
    borrower_id: UUID = Field(sa_type=Uuid)
    starts_at: datetime = Field(sa_type=INSTANT)
    ends_at: datetime | None = Field(default=None, sa_type=INSTANT)
    known_at: datetime = Field(sa_type=INSTANT)


class CaseDebtor(FollowupTable, table=True):
    """Whose agreements those of a case are."""

    __tablename__ = "case_debtor"
    __table_args__ = (Index("ix_case_debtor_borrower_id", "borrower_id"),)

    case_id: UUID = Field(primary_key=True, sa_type=Uuid)
    borrower_id: UUID = Field(sa_type=Uuid)
