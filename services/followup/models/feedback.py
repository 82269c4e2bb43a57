"""Tables: what borrowers think of us, what becomes of it, and what was changed for it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, Text, UniqueConstraint, Uuid
from sqlmodel import Field

from services.common.runtime.encryption import EncryptedText
from services.common.runtime.tables import INSTANT
from services.followup.models.base import FollowupTable, one_of
from services.followup.vocabulary import AskedBy, ImprovementState, Occasion


class Feedback(FollowupTable, table=True):
    """What a borrower is asked once about a conversation or a decision; the words of the answer are encrypted.

    `stage` tells what came of the occasion, `handler` who answered for the case then.
    """

    __tablename__ = "feedback"
    __table_args__ = (
        one_of("occasion", Occasion),
        one_of("asked_by", AskedBy),
        CheckConstraint("score BETWEEN 1 AND 5", name="score"),
        CheckConstraint("(score IS NULL) = (answered_at IS NULL)", name="answered"),
        UniqueConstraint("occasion", "object_ref", name="uq_feedback_object_ref"),
        Index("ix_feedback_case_id", "case_id"),
        Index("ix_feedback_asked_at", "asked_at"),
    )

    feedback_id: UUID = Field(primary_key=True, sa_type=Uuid)
    case_id: UUID = Field(sa_type=Uuid)
    occasion: str = Field(sa_type=Text)
    object_ref: str = Field(sa_type=Text)
    stage: str = Field(sa_type=Text)
    asked_by: str = Field(sa_type=Text)
    handler: str | None = Field(default=None, sa_type=Text)
    asked_at: datetime = Field(sa_type=INSTANT)
    score: int | None = None
    words: str | None = Field(default=None, sa_column=Column(EncryptedText("feedback.words"), nullable=True))
    answered_at: datetime | None = Field(default=None, sa_type=INSTANT)


class ImprovementAction(FollowupTable, table=True):
    """What is to be done, by whom and by when, if so because of an answer. Who wrote it may have named somebody, so the
    words are encrypted."""

    __tablename__ = "improvement_action"
    __table_args__ = (
        one_of("state", ImprovementState),
        CheckConstraint("(state = 'open') = (closed_at IS NULL)", name="closed"),
        Index("ix_improvement_action_state", "state", "due_on"),
    )

    action_id: UUID = Field(primary_key=True, sa_type=Uuid)
    feedback_id: UUID | None = Field(default=None, sa_type=Uuid)
    area: str = Field(sa_type=Text)
    what: str = Field(sa_column=Column(EncryptedText("improvement_action.what"), nullable=False))
    owner: str = Field(sa_type=Text)
    due_on: date
    state: str = Field(sa_type=Text)
    opened_by: str = Field(sa_type=Text)
    opened_at: datetime = Field(sa_type=INSTANT)
    closed_by: str | None = Field(default=None, sa_type=Text)
    closed_at: datetime | None = Field(default=None, sa_type=INSTANT)
    version: int = 1


class PolicyChange(FollowupTable, table=True):
    """From which day on a policy was another, and why; the words are encrypted."""

    __tablename__ = "policy_change"
    __table_args__ = (Index("ix_policy_change_changed_on", "changed_on"),)

    change_id: UUID = Field(primary_key=True, sa_type=Uuid)
    policy: str = Field(sa_type=Text)
    policy_version: str = Field(sa_type=Text)
    changed_on: date
    why: str = Field(sa_column=Column(EncryptedText("policy_change.why"), nullable=False))
    action_id: UUID | None = Field(default=None, sa_type=Uuid)
    recorded_by: str = Field(sa_type=Text)
    recorded_at: datetime = Field(sa_type=INSTANT)
