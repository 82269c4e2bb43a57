"""Tables of contact: cases and holds as copied, numbers, cadences, permits, attempts, messages, replies, stops."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, DateTime, Index, MetaData, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from services.common.runtime.encryption import EncryptedText
from services.common.runtime.tables import NAMING, runtime_tables

# The encrypted columns that text statements read and write too; the name is bound to the value.
NUMBER_VALUE = "number.value"
MESSAGE_TEXT = "message.text"
# Why a message waits that a stop covers: the rule, as the guard names it. An index knows it too.
STOPPED = "STOP-01"


class ContactTable(SQLModel, registry=registry(metadata=MetaData(naming_convention=NAMING))):
    """Base of contact's tables."""


def _instant(*, nullable: bool = False) -> Any:
    return Column(DateTime(timezone=True), nullable=nullable)


def _json() -> Any:
    return Column(JSONB, nullable=False)


class ContactCase(ContactTable, table=True):
    """What contact must know of a case, from case.triaged. `numbers_at`: when the borrower's numbers were learned."""

    __tablename__ = "contact_case"
    __table_args__ = (CheckConstraint("origin IN ('bank', 'borrower', 'file')", name="origin"),)

    case_id: UUID = Field(primary_key=True)
    borrower_id: UUID = Field(index=True)
    pack: str
    bucket: str
    origin: str
    language: str
    time_zones: list[str] = Field(sa_column=_json())
    contactable: bool
    round: int
    numbers_at: datetime | None = Field(default=None, sa_column=_instant(nullable=True))
    closed_at: datetime | None = Field(default=None, sa_column=_instant(nullable=True))


class Number(ContactTable, table=True):
    """A number or address of a borrower in one channel, with its lawful source. A barred one is not used again."""

    __tablename__ = "number"
    __table_args__ = (Index("ix_number_borrower", "borrower_id", "channel", "digest", unique=True),)

    number_id: UUID = Field(primary_key=True)
    borrower_id: UUID
    channel: str
    value: str = Field(sa_column=Column(EncryptedText(NUMBER_VALUE), nullable=False))
    digest: str = Field(index=True)
    provenance: str
    verified: bool
    learned_at: datetime = Field(sa_column=_instant())
    barred_at: datetime | None = Field(default=None, sa_column=_instant(nullable=True))


class Cadence(ContactTable, table=True):
    """The steps of one round of contact: how many are done, and when the next is due."""

    __tablename__ = "cadence"
    __table_args__ = (CheckConstraint("state IN ('running', 'engaged', 'exhausted', 'stopped')", name="state"),)

    case_id: UUID = Field(primary_key=True)
    round: int = Field(primary_key=True)
    step: int
    state: str
    policy_version: str
    started_at: datetime = Field(sa_column=_instant())
    next_due: datetime = Field(sa_column=_instant())
    ended_at: datetime | None = Field(default=None, sa_column=_instant(nullable=True))


class ContactBudget(ContactTable, table=True):
    """One row per borrower: whoever decides on a contact locks it, so that counts hold whoever asks at once."""

    __tablename__ = "contact_budget"

    borrower_id: UUID = Field(primary_key=True)
    asked: int


class Permit(ContactTable, table=True):
    """A decision of the contact guard, permitted or refused, with all it saw. `facts` hold no personal data."""

    __tablename__ = "permit"
    __table_args__ = (
        CheckConstraint("verdict IN ('permitted', 'refused')", name="verdict"),
        Index(
            "ix_permit_reserved",
            "borrower_id",
            "channel",
            "expires_at",
            postgresql_where=text("verdict = 'permitted' AND used_at IS NULL"),
        ),
        Index("ix_permit_case", "case_id", "decided_at"),
    )

    permit_id: UUID = Field(primary_key=True)
    borrower_id: UUID
    case_id: UUID
    channel: str
    number_id: UUID | None
    number_digest: str | None
    purpose: str
    message_class: str
    verdict: str
    verdicts: list[dict[str, Any]] = Field(sa_column=_json())
    facts: dict[str, Any] = Field(sa_column=_json())
    pack: str
    pack_version: str
    asked_by: str
    decided_at: datetime = Field(sa_column=_instant())
    earliest: datetime | None = Field(default=None, sa_column=_instant(nullable=True))
    expires_at: datetime | None = Field(default=None, sa_column=_instant(nullable=True))
    used_at: datetime | None = Field(default=None, sa_column=_instant(nullable=True))


class Attempt(ContactTable, table=True):
    """One attempt to reach the borrower and what it counts as. `local_day` is the day in the first plausible zone."""

    __tablename__ = "attempt"
    __table_args__ = (
        Index("ix_attempt_borrower", "borrower_id", "channel", "at"),
        Index("ix_attempt_number", "number_digest", "channel", "at"),
        Index("ix_attempt_case", "case_id", "at"),
    )

    attempt_id: UUID = Field(primary_key=True)
    permit_id: UUID = Field(unique=True)
    case_id: UUID
    borrower_id: UUID
    channel: str
    number_digest: str | None
    purpose: str
    outcome: str
    at: datetime = Field(sa_column=_instant())
    local_day: date
    counts_as_attempt: bool
    counts_as_connected: bool
    counts_as_conversation: bool
    counts_as_rpc: bool


class Message(ContactTable, table=True):
    """A message to a borrower. `unknown`: handed to the gateway, whose answer was not heard.

    `reason` says how it ended, or that it is planned still and waits for a stop to be lifted.
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
    params: dict[str, str] = Field(sa_column=_json())
    message_class: str
    state: str
    reservations: int
    channel: str | None = None
    language: str | None = None
    text: str | None = Field(default=None, sa_column=Column(EncryptedText(MESSAGE_TEXT), nullable=True))
    permit_id: UUID | None = None
    provider_id: str | None = Field(default=None, unique=True)
    reason: str | None = None
    planned_at: datetime = Field(sa_column=_instant())
    handed_at: datetime | None = Field(default=None, sa_column=_instant(nullable=True))
    sent_at: datetime | None = Field(default=None, sa_column=_instant(nullable=True))
    delivered_at: datetime | None = Field(default=None, sa_column=_instant(nullable=True))


class Webhook(ContactTable, table=True):
    """The id of every webhook that was taken in, so that a second delivery of it has no effect."""

    __tablename__ = "webhook"

    webhook_id: str = Field(primary_key=True)
    kind: str
    effect: str
    received_at: datetime = Field(sa_column=_instant())


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
    at: datetime = Field(sa_column=_instant())


class Conversation(ContactTable, table=True):
    """A call or visit as the agent recorded it. Without a permit it is one that the borrower began."""

    __tablename__ = "conversation"
    __table_args__ = (Index("ix_conversation_case", "case_id", "at"),)

    conversation_id: UUID = Field(primary_key=True)
    case_id: UUID
    borrower_id: UUID
    permit_id: UUID | None = Field(default=None, unique=True)
    channel: str
    outcome: str
    party_verified: bool
    read_back_confirmed: bool | None
    summary: str | None = Field(default=None, sa_column=Column(EncryptedText("conversation.summary"), nullable=True))
    round: int
    recorded_by: str
    at: datetime = Field(sa_column=_instant())


class Hold(ContactTable, table=True):
    """A hold on a borrower, copied from intake or placed here. `origin` is intake, opt_out or quiet_period."""

    __tablename__ = "hold"
    __table_args__ = (
        CheckConstraint("origin IN ('intake', 'opt_out', 'quiet_period')", name="origin"),
        Index("ix_hold_borrower", "borrower_id", postgresql_where=text("lifted_at IS NULL")),
    )

    hold_id: UUID = Field(primary_key=True)
    borrower_id: UUID
    case_id: UUID
    origin: str
    blocks: list[str] = Field(sa_column=_json())
    starts_at: datetime = Field(sa_column=_instant())
    ends_at: datetime | None = Field(default=None, sa_column=_instant(nullable=True))
    lifted_at: datetime | None = Field(default=None, sa_column=_instant(nullable=True))


class StopOrder(ContactTable, table=True):
    """A stop of outbound contact, in force until a second person lifts it. One at most is open for what it covers.

    `value` is the pack, channel or template, and empty for `all`.
    """

    __tablename__ = "stop_order"
    __table_args__ = (
        CheckConstraint("scope IN ('all', 'pack', 'channel', 'template')", name="scope"),
        CheckConstraint("(scope = 'all') = (value = '')", name="value"),
        CheckConstraint("(lift_requested_by IS NULL) = (lift_requested_at IS NULL)", name="lift_requested"),
        CheckConstraint(
            "(lifted_by IS NULL) = (lifted_at IS NULL) "
            "AND (lifted_by IS NULL OR coalesce(lift_requested_by <> lifted_by, false))",
            name="lifted_by_two",
        ),
        Index("ix_stop_order_open", "scope", "value", unique=True, postgresql_where=text("lifted_at IS NULL")),
        Index("ix_stop_order_placed", "placed_at", "stop_id"),
    )

    stop_id: UUID = Field(primary_key=True)
    scope: str
    value: str
    reason: str = Field(sa_column=Column(EncryptedText("stop_order.reason"), nullable=False))
    placed_by: str
    placed_at: datetime = Field(sa_column=_instant())
    lift_requested_by: str | None = None
    lift_requested_at: datetime | None = Field(default=None, sa_column=_instant(nullable=True))
    lifted_by: str | None = None
    lifted_at: datetime | None = Field(default=None, sa_column=_instant(nullable=True))
    version: int = 1


TABLES = runtime_tables(ContactTable.metadata)
