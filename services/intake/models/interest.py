"""Tables: debts on which interest is stopped."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, text
from sqlmodel import Field

from services.intake.models.base import IntakeTable, instant


class InterestStop(IntakeTable, table=True):
    """What the bank's core is asked about the interest of one debt because of one hold, and what it said.

    `wanted` is `stopped` while the hold lasts and `running` afterwards; `state` tells whether the core was asked, has
    confirmed, or refused with `code`. `from_day` is the first day without interest, in the days of `zone`.
    """

    __tablename__ = "interest_stop"
    __table_args__ = (
        CheckConstraint("wanted IN ('stopped', 'running')", name="wanted"),
        CheckConstraint("state IN ('asked', 'confirmed', 'refused')", name="state"),
        CheckConstraint("(state = 'refused') = (code IS NOT NULL)", name="refused"),
        Index("ix_interest_stop_hold_id", "hold_id", "case_id", unique=True),
        Index("ix_interest_stop_account", "account_ref", postgresql_where=text("wanted = 'stopped'")),
    )
    stop_id: UUID = Field(primary_key=True)
    hold_id: UUID = Field(foreign_key="hold.hold_id")
    case_id: UUID = Field(foreign_key="collections_case.case_id")
    account_ref: str = Field(sa_type=Text)
    from_day: date
    zone: str = Field(sa_type=Text)
    wanted: str = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    code: str | None = Field(default=None, sa_type=Text)
    changed_at: datetime = Field(sa_column=instant())
