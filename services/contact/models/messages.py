"""Tables: messages to borrowers, and the webhooks that tell what became of them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, text
from sqlmodel import Field

from services.common.runtime.encryption import EncryptedText
from services.contact.models.base import ContactTable, instant, jsonb

# The encrypted column that text statements read and write too; the name is bound to the value.
MESSAGE_TEXT = "message.text"
# Why a message waits that a stop covers: the rule, as the guard names it. An index knows it too.
STOPPED = "STOP-01"


class Message(ContactTable, table=True):
    """A message to a borrower. `unknown`: handed to the gateway, whose answer was not heard.

    `reason` says how it ended, or that it is planned still and waits for a stop to be lifted. `tried` are the channels
    it went by in vain, each with the reason and the moment; `tries` is how often it was handed over in this one.
    """

    __tablename__ = "message"
    __table_args__ = (
        CheckConstraint(
            "state IN ('planned', 'unknown', 'sent', 'delivered', 'failed', 'refused', 'unreachable')", name="state"
        ),
        Index("ix_message_case", "case_id", "planned_at"),
        Index("ix_message_permit_id", "permit_id"),
        Index("ix_message_stopped", "message_id", postgresql_where=text(f"state = 'planned' AND reason = '{STOPPED}'")),
    )

    message_id: UUID = Field(primary_key=True)
    case_id: UUID
    purpose: str
    object_ref: str
    version: int
    template: str
    template_version: str | None = None
    params: dict[str, str] = Field(sa_column=jsonb())
    message_class: str
    state: str
    reservations: int
    tries: int = 0
    tried: list[dict[str, Any]] = Field(default_factory=list, sa_column=jsonb())
    channel: str | None = None
    language: str | None = None
    text: str | None = Field(default=None, sa_column=Column(EncryptedText(MESSAGE_TEXT), nullable=True))
    permit_id: UUID | None = None
    provider_id: str | None = Field(default=None, unique=True)
    reason: str | None = None
    planned_at: datetime = Field(sa_column=instant())
    handed_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    sent_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    delivered_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))


class Webhook(ContactTable, table=True):
    """The id of every webhook that was taken in, so that a second delivery of it has no effect."""

    __tablename__ = "webhook"

    webhook_id: str = Field(primary_key=True)
    kind: str
    effect: str
    received_at: datetime = Field(sa_column=instant())
