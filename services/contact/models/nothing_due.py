"""Table: of what nothing is due any more, as follow-up tells it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from services.contact.models.base import ContactTable, instant


class NothingDue(ContactTable, table=True):
    """An instalment that is paid; with number 0 a whole agreement, which is broken or fulfilled."""

    __tablename__ = "nothing_due"
    __table_args__ = (CheckConstraint("number >= 0", name="number"),)

    agreement_id: UUID = Field(primary_key=True)
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    case_id: UUID
    since: datetime = Field(sa_column=instant())
