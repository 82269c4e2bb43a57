"""Table: disputes of what was reported to those who keep credit records."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, Uuid
from sqlmodel import Field

from services.common.runtime.tables import INSTANT
from services.followup.models.base import FollowupTable, one_of
from services.followup.vocabulary import DisputeState


class CreditDispute(FollowupTable, table=True):
    """What of the credit record is said to be wrong, by when it is answered, and how it was decided.

    `rule` gives the time. `asked` counts the tasks of deciding it: the end of the case closes them, and asks again.
    `late_at` is when nobody had acted in time, first for the decision, then for the confirmation.
    """

    __tablename__ = "credit_dispute"
    __table_args__ = (
        one_of("state", DisputeState),
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided"),
        CheckConstraint("(state = 'confirmed') = (confirmed_at IS NOT NULL)", name="confirmed"),
        Index("ix_credit_dispute_case_id", "case_id"),
    )

    dispute_id: UUID = Field(primary_key=True, sa_type=Uuid)
    case_id: UUID = Field(sa_type=Uuid)
    account_ref: str = Field(sa_type=Text)
    disputed: str = Field(sa_type=Text)
    received_on: date
    due_on: date
    rule: str = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    asked: int = 1
    opened_by: str = Field(sa_type=Text)
    opened_at: datetime = Field(sa_type=INSTANT)
    reason: str | None = Field(default=None, sa_type=Text)
    decided_by: str | None = Field(default=None, sa_type=Text)
    decided_at: datetime | None = Field(default=None, sa_type=INSTANT)
    confirm_by: date | None = None
    confirmed_on: date | None = None
    confirmed_by: str | None = Field(default=None, sa_type=Text)
    confirmed_at: datetime | None = Field(default=None, sa_type=INSTANT)
    late_at: datetime | None = Field(default=None, sa_type=INSTANT)
    version: int = 1

    @property
    def ref(self) -> str:
        """The ref of its obligations, and of the tasks of somebody higher up."""
        return str(self.dispute_id)

    @property
    def task_ref(self) -> str:
        """The ref of the task of deciding it that was opened last."""
        return f"{self.dispute_id}/{self.asked}"
