"""Table: until when debts can be claimed in court, as the bank says."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from services.contact.models.base import ContactTable, instant


class LimitationFact(ContactTable, table=True):
    """What was said last of a case on `as_of`: the day from which the time is counted, or its last day."""

    __tablename__ = "limitation"
    __table_args__ = (
        CheckConstraint("(counted_from IS NULL) <> (ends_on IS NULL)", name="one_day"),
        CheckConstraint("source IN ('bank', 'core', 'contract', 'court', 'counsel')", name="source"),
    )

    case_id: UUID = Field(primary_key=True)
    counted_from: date | None = None
    ends_on: date | None = None
    as_of: date
    source: str
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str
    version: int
