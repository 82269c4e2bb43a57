"""Table: the steps that a round of contact took, each with the way that was chosen and why."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from services.contact.models.base import ContactTable, instant, jsonb


class ContactStep(ContactTable, table=True):
    """One step of a round: what was chosen, by which version of the treatment, and why.

    `channels` are tried in this order. A visit waits for the decision of a supervisor, who names the `staff` that go;
    other steps have none.
    """

    __tablename__ = "contact_step"
    __table_args__ = (
        CheckConstraint("kind IN ('message', 'call', 'visit', 'pause')", name="kind"),
        CheckConstraint("decision IN ('permitted', 'refused')", name="decision"),
        CheckConstraint("(decision IS NULL) = (decided_by IS NULL)", name="decided"),
        Index(
            "ix_contact_step_message",
            "case_id",
            "round",
            "purpose",
            unique=True,
            postgresql_where=text("kind = 'message'"),
        ),
    )

    case_id: UUID = Field(primary_key=True)
    round: int = Field(primary_key=True)
    step: int = Field(primary_key=True)
    kind: str
    stage: str
    purpose: str
    message_class: str
    channels: list[str] = Field(sa_column=jsonb())
    language: str
    tone: str
    owner_role: str
    treatment: str
    policy_version: str
    reason: str
    reason_zh: str
    wait_days: int
    quiet: bool
    taken_at: datetime = Field(sa_column=instant())
    decision: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    staff: list[str] = Field(sa_column=jsonb())
