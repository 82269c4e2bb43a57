"""Tables: what borrowers wrote to us, and the calls and visits in which somebody spoke with them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, text
from sqlmodel import Field

from services.common.runtime.encryption import EncryptedText
from services.contact.models.base import ContactTable, instant


class Inbound(ContactTable, table=True):
    """What somebody wrote to us. `borrower_id` is None when the number is nobody's we know, or several people's."""

    __tablename__ = "inbound"
    __table_args__ = (Index("ix_inbound_borrower", "borrower_id", "channel", "at"),)

    inbound_id: UUID = Field(primary_key=True)
    borrower_id: UUID | None
    channel: str
    number_digest: str
    text: str = Field(sa_column=Column(EncryptedText("inbound.text"), nullable=False))
    opt_out: bool
    at: datetime = Field(sa_column=instant())


class Conversation(ContactTable, table=True):
    """A call or visit as the agent recorded it. Without a permit it is one that the borrower began.

    `started_at` is when a script of it was begun. `request` is an object of type, amount and months. `scored` says
    whether the quality of it may be judged: not where the agent paused, ended or handed over what had become too much.
    """

    __tablename__ = "conversation"
    __table_args__ = (
        CheckConstraint("emotional_state IN ('calm', 'anxious', 'distressed', 'angry', 'avoidant')", name="emotional"),
        Index("ix_conversation_case", "case_id", "at"),
        Index("ix_conversation_borrower", "borrower_id", "at", postgresql_where=text("permit_id IS NULL")),
    )

    conversation_id: UUID = Field(primary_key=True)
    case_id: UUID
    borrower_id: UUID
    permit_id: UUID | None = Field(default=None, unique=True)
    third_party_id: UUID | None = None
    channel: str
    outcome: str
    party_verified: bool
    read_back_confirmed: bool | None
    summary: str | None = Field(default=None, sa_column=Column(EncryptedText("conversation.summary"), nullable=True))
    cause: str | None = Field(default=None, sa_column=Column(EncryptedText("conversation.cause"), nullable=True))
    own_words: str | None = Field(
        default=None, sa_column=Column(EncryptedText("conversation.own_words"), nullable=True)
    )
    request: str | None = Field(default=None, sa_column=Column(EncryptedText("conversation.request"), nullable=True))
    emotional_state: str | None = None
    scored: bool = True
    brief_id: UUID | None = None
    started_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    round: int
    recorded_by: str
    at: datetime = Field(sa_column=instant())
