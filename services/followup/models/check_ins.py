"""Table: how borrowers said that their plan is going."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, Text, UniqueConstraint, Uuid, text
from sqlmodel import Field

from services.common.runtime.encryption import EncryptedText
from services.common.runtime.tables import INSTANT
from services.followup.models.base import FollowupTable, one_of
from services.followup.vocabulary import CheckInState


class CheckIn(FollowupTable, table=True):
    """One question how an agreement is going, due at an instant. `how` and the words, encrypted, are the answer.

    An agreement has one planned at the most; one that nobody answered is passed when the next is asked. `answered_by`
    is the borrower at the portal, or who wrote down what they said.
    """

    __tablename__ = "check_in"
    __table_args__ = (
        one_of("state", CheckInState),
        CheckConstraint("(state = 'answered') = (how IS NOT NULL)", name="answered"),
        UniqueConstraint("agreement_id", "number", name="uq_check_in_number"),
        Index("ix_check_in_planned", "agreement_id", unique=True, postgresql_where=text("state = 'planned'")),
        Index("ix_check_in_case_id", "case_id"),
    )

    check_in_id: UUID = Field(primary_key=True, sa_type=Uuid)
    agreement_id: UUID = Field(sa_type=Uuid)
    case_id: UUID = Field(sa_type=Uuid)
    number: int
    due_at: datetime = Field(sa_type=INSTANT)
    state: str = Field(sa_type=Text)
    asked_at: datetime | None = Field(default=None, sa_type=INSTANT)
    how: str | None = Field(default=None, sa_type=Text)
    words: str | None = Field(default=None, sa_column=Column(EncryptedText("check_in.words"), nullable=True))
    answered_by: str | None = Field(default=None, sa_type=Text)
    answered_at: datetime | None = Field(default=None, sa_type=INSTANT)
    version: int = 1
