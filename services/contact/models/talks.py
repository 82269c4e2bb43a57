"""Tables: briefs, conversations under way by the script, and what is left to do after them."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, text
from sqlmodel import Field

from services.common.runtime.encryption import EncryptedText
from services.contact.models.base import ContactTable, amount, instant


class Brief(ContactTable, table=True):
    """What the core said of an account before somebody dialled: as of which day, and when it was read.

    `principal`, `interest` and `fees` are what the arrears consist of, as far as it is known.
    """

    __tablename__ = "brief"
    __table_args__ = (Index("ix_brief_case", "case_id", "made_at"),)

    brief_id: UUID = Field(primary_key=True)
    case_id: UUID
    borrower_id: UUID
    as_of: date
    product: str
    days_past_due: int
    arrears: Decimal = Field(sa_column=amount())
    principal: Decimal | None = Field(default=None, sa_column=amount(nullable=True))
    interest: Decimal | None = Field(default=None, sa_column=amount(nullable=True))
    fees: Decimal | None = Field(default=None, sa_column=amount(nullable=True))
    balance: Decimal = Field(sa_column=amount())
    currency: str
    made_at: datetime = Field(sa_column=instant())
    made_by: str


class Talk(ContactTable, table=True):
    """A conversation that was begun by the script. What came of it is the row of `conversation` with the same id.

    `handed_over`: it became too much for the agent, who asked for a supervisor.
    """

    __tablename__ = "talk"
    __table_args__ = (Index("ix_talk_case", "case_id", "started_at"),)

    conversation_id: UUID = Field(primary_key=True)
    case_id: UUID
    borrower_id: UUID
    permit_id: UUID | None = Field(default=None, unique=True)
    third_party_id: UUID | None = None
    channel: str
    brief_id: UUID | None = None
    script_version: str
    started_at: datetime = Field(sa_column=instant())
    started_by: str
    ended_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    handed_over: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})


class ScriptStep(ContactTable, table=True):
    """One step of a conversation as it was recorded (append-only). Of a step recorded again the later one counts."""

    __tablename__ = "script_step"

    conversation_id: UUID = Field(primary_key=True)
    number: int = Field(primary_key=True)
    step: str
    said: str = Field(sa_column=Column(EncryptedText("script_step.said"), nullable=False))
    at: datetime = Field(sa_column=instant())
    recorded_by: str


class Commitment(ContactTable, table=True):
    """What one side said it would do, by when. `text` is in words of the conversation, or of the procedure.

    `said` are the words with which it was asked for. A promise to pay may have an amount.
    """

    __tablename__ = "commitment"
    __table_args__ = (
        CheckConstraint("side IN ('borrower', 'lender')", name="side"),
        CheckConstraint("state IN ('open', 'kept', 'broken', 'withdrawn')", name="state"),
        CheckConstraint(
            "(state = 'open') = (settled_at IS NULL) AND (settled_at IS NULL) = (settled_by IS NULL)", name="settled"
        ),
        CheckConstraint("(amount IS NULL) = (currency IS NULL)", name="amount"),
        Index("ix_commitment_case", "case_id", "made_at"),
    )

    commitment_id: UUID = Field(primary_key=True)
    case_id: UUID
    borrower_id: UUID
    conversation_id: UUID | None = None
    side: str
    kind: str
    text: str = Field(sa_column=Column(EncryptedText("commitment.text"), nullable=False))
    said: str | None = Field(default=None, sa_column=Column(EncryptedText("commitment.said"), nullable=True))
    due_on: date
    amount: Decimal | None = Field(default=None, sa_column=amount(nullable=True))
    currency: str | None = None
    made_at: datetime = Field(sa_column=instant())
    made_by: str
    state: str
    settled_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    settled_by: str | None = None


class Disclosure(ContactTable, table=True):
    """Something that a borrower must be told about a case, when it was told and in which version of the text."""

    __tablename__ = "disclosure"

    case_id: UUID = Field(primary_key=True)
    borrower_id: UUID = Field(primary_key=True)
    item: str = Field(primary_key=True)
    version: str
    conversation_id: UUID
    given_at: datetime = Field(sa_column=instant())
    given_by: str


class Duty(ContactTable, table=True):
    """What people owe one another after a contact, and no promise to the borrower. `excluded` may not do it."""

    __tablename__ = "duty"
    __table_args__ = (
        CheckConstraint("kind IN ('distress', 'distress_review', 'agent_debrief', 'check_death')", name="kind"),
        Index("ix_duty_open", "case_id", postgresql_where=text("done_at IS NULL")),
    )

    duty_id: UUID = Field(primary_key=True)
    case_id: UUID
    borrower_id: UUID
    occasion: str
    kind: str
    needs_role: str
    excluded: str | None = None
    opened_at: datetime = Field(sa_column=instant())
    deadline: datetime = Field(sa_column=instant())
    done_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    done_by: str | None = None
