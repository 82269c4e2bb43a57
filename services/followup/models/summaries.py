"""Table: what is written back to the bank's records of its customers when a case ends well."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Text, Uuid
from sqlmodel import Field

from services.common.runtime.tables import INSTANT
from services.followup.models.base import FollowupTable


class CrmSummary(FollowupTable, table=True):
    """That a summary is to be written of a case, and the bank's name for it once it is."""

    __tablename__ = "crm_summary"
    __table_args__ = (CheckConstraint("(reference IS NULL) = (written_at IS NULL)", name="written"),)

    case_id: UUID = Field(primary_key=True, sa_type=Uuid)
    account_ref: str = Field(sa_type=Text)
    ended: str = Field(sa_type=Text)
    ended_on: date
    reference: str | None = Field(default=None, sa_type=Text)
    written_at: datetime | None = Field(default=None, sa_type=INSTANT)
