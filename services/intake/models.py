"""The tables of intake. Personal values are encrypted columns; `case_transition` is the law of a case's state."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    Identity,
    Index,
    LargeBinary,
    MetaData,
    Numeric,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from services.common.runtime.encryption import EncryptedText
from services.common.runtime.tables import INSTANT, NAMING, runtime_tables

OPEN = "state <> 'CLOSED'"


def _amount(nullable: bool = False) -> Any:
    return Column(Numeric(19, 4), nullable=nullable)


def _instant(nullable: bool = False) -> Any:
    return Column(INSTANT, nullable=nullable)


class IntakeTable(SQLModel, registry=registry(metadata=MetaData(naming_convention=NAMING))):
    """Base of the tables of intake, with metadata of its own."""


class Borrower(IntakeTable, table=True):
    """A borrower as the bank and the borrower told of them. `provenance`: {field: {source, as_of}} of each fact."""

    __tablename__ = "borrower"
    __table_args__ = (
        CheckConstraint("language IN ('zh', 'en')", name="language"),
        Index("ix_borrower_phone_digest", "phone_digest"),
        Index("ix_borrower_national_id_digest", "national_id_digest"),
    )
    borrower_id: UUID = Field(primary_key=True)
    borrower_ref: str = Field(sa_type=Text)
    name: str | None = Field(default=None, sa_column=Column(EncryptedText("borrower.name")))
    phone: str | None = Field(default=None, sa_column=Column(EncryptedText("borrower.phone")))
    phone_digest: str | None = Field(default=None, sa_type=Text)
    national_id: str | None = Field(default=None, sa_column=Column(EncryptedText("borrower.national_id")))
    national_id_digest: str | None = Field(default=None, sa_type=Text)
    language: Literal["zh", "en"] = Field(sa_type=Text)
    time_zone: str = Field(sa_type=Text)
    provenance: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))


class CaseTransition(IntakeTable, table=True):
    """One legal change of state; a trigger of the database reads it."""

    __tablename__ = "case_transition"
    source: str = Field(primary_key=True, sa_type=Text)
    trigger: str = Field(primary_key=True, sa_type=Text)
    target: str = Field(sa_type=Text)


class CollectionsCase(IntakeTable, table=True):
    """A case. `version` counts all changes (the ETag), `state_version` the steps of the state machine from 1 on.

    `moved_by` is the trigger of the last step. `awaited` are the states the waiting workflow is to be nudged at,
    `attention` the open task about a case that stood still too long, `parked` how many events wait for their turn.
    """

    __tablename__ = "collections_case"
    __table_args__ = (
        CheckConstraint("origin IN ('bank', 'borrower', 'file')", name="origin"),
        CheckConstraint("arrears >= 0 AND balance >= 0", name="amounts"),
        CheckConstraint("(state = 'CLOSED') = (closed_at IS NOT NULL)", name="closed"),
        Index("ix_collections_case_open", "borrower_id", "account_ref", unique=True, postgresql_where=text(OPEN)),
        Index("ix_collections_case_pair", "borrower_id", "account_ref", "sequence", unique=True),
        Index("ix_collections_case_account_ref", "account_ref", postgresql_where=text(OPEN)),
        Index("ix_collections_case_opened_at", "opened_at", "case_id"),
        Index("ix_collections_case_assignee", "assignee", "opened_at", "case_id"),
        Index("ix_collections_case_state", "state", "opened_at", "case_id"),
    )
    case_id: UUID = Field(primary_key=True)
    borrower_id: UUID = Field(foreign_key="borrower.borrower_id")
    account_ref: str = Field(sa_type=Text)
    sequence: int
    previous_case_id: UUID | None = None
    origin: Literal["bank", "borrower", "file"] = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    state_version: int
    moved_by: str = Field(sa_type=Text)
    version: int
    declared_pack: str | None = Field(default=None, sa_type=Text)
    pack: str | None = Field(default=None, sa_type=Text)
    pack_version: str | None = Field(default=None, sa_type=Text)
    treatment: str | None = Field(default=None, sa_type=Text)
    contactable: bool = False
    product: str = Field(sa_type=Text)
    currency: str = Field(sa_type=Text)
    arrears: Decimal = Field(sa_column=_amount())
    balance: Decimal = Field(sa_column=_amount())
    oldest_unpaid_due_date: date | None = None
    facts_as_of: date
    facts_source: str = Field(sa_type=Text)
    days_past_due: int
    bucket: str = Field(sa_type=Text)
    language: Literal["zh", "en"] = Field(sa_type=Text)
    round: int
    agreement_id: UUID | None = None
    plan_ends_on: date | None = None
    assignee: str | None = Field(default=None, sa_type=Text)
    awaited: list[str] | None = Field(default=None, sa_column=Column(ARRAY(Text)))
    attention: str | None = Field(default=None, sa_type=Text)
    parked: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    opened_at: datetime = Field(sa_column=_instant())
    changed_at: datetime = Field(sa_column=_instant())
    closed_at: datetime | None = Field(default=None, sa_column=_instant(nullable=True))


class CaseHistory(IntakeTable, table=True):
    """One step of a case; the first has no `from_state`. `event_id` names the event that was its trigger."""

    __tablename__ = "case_history"
    case_id: UUID = Field(primary_key=True, foreign_key="collections_case.case_id")
    state_version: int = Field(primary_key=True)
    from_state: str | None = Field(default=None, sa_type=Text)
    to_state: str = Field(sa_type=Text)
    trigger: str = Field(sa_type=Text)
    at: datetime = Field(sa_column=_instant())
    actor: str = Field(sa_type=Text)
    event_id: str = Field(sa_type=Text)


class Assignment(IntakeTable, table=True):
    """Who answered for a case from when on; named by the version of the case that it made."""

    __tablename__ = "assignment"
    case_id: UUID = Field(primary_key=True, foreign_key="collections_case.case_id")
    version: int = Field(primary_key=True)
    assignee: str = Field(sa_type=Text)
    at: datetime = Field(sa_column=_instant())
    actor: str = Field(sa_type=Text)


class Note(IntakeTable, table=True):
    """What somebody wrote down about a case."""

    __tablename__ = "note"
    __table_args__ = (Index("ix_note_case_id", "case_id", "at", "note_id"),)
    note_id: UUID = Field(primary_key=True)
    case_id: UUID = Field(foreign_key="collections_case.case_id")
    text: str = Field(sa_column=Column(EncryptedText("note.text"), nullable=False))
    at: datetime = Field(sa_column=_instant())
    actor: str = Field(sa_type=Text)


class ReliefRequest(IntakeTable, table=True):
    """Why the borrower cannot pay and what they ask for. Cause and words never leave this table but by its API."""

    __tablename__ = "relief_request"
    __table_args__ = (Index("ix_relief_request_case_id", "case_id", "number", unique=True),)
    request_id: UUID = Field(primary_key=True)
    case_id: UUID = Field(foreign_key="collections_case.case_id")
    number: int
    round: int
    cause: str = Field(sa_column=Column(EncryptedText("relief_request.cause"), nullable=False))
    own_words: str = Field(sa_column=Column(EncryptedText("relief_request.own_words"), nullable=False))
    request_type: str = Field(sa_type=Text)
    amount: Decimal | None = Field(default=None, sa_column=_amount(nullable=True))
    months: int | None = None
    source: str = Field(sa_type=Text)
    at: datetime = Field(sa_column=_instant())
    actor: str = Field(sa_type=Text)


class PlacedHold(IntakeTable, table=True):
    """A hold on a borrower. Its kind tells of health or law, so it is encrypted; what it blocks is told to others."""

    __tablename__ = "hold"
    __table_args__ = (
        CheckConstraint("ends_at IS NULL OR ends_at > starts_at", name="period"),
        Index("ix_hold_borrower_id", "borrower_id", "number", unique=True),
        Index("ix_hold_case_id", "case_id"),
    )
    hold_id: UUID = Field(primary_key=True)
    borrower_id: UUID = Field(foreign_key="borrower.borrower_id")
    case_id: UUID = Field(foreign_key="collections_case.case_id")
    number: int
    kind: str = Field(sa_column=Column(EncryptedText("hold.kind"), nullable=False))
    blocks: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    starts_at: datetime = Field(sa_column=_instant())
    ends_at: datetime | None = Field(default=None, sa_column=_instant(nullable=True))
    placed_by: str = Field(sa_type=Text)
    lifted_at: datetime | None = Field(default=None, sa_column=_instant(nullable=True))
    lifted_by: str | None = Field(default=None, sa_type=Text)
    version: int


class ParkedEvent(IntakeTable, table=True):
    """An event whose transition is not legal yet. `facts` are the columns of the case that it sets."""

    __tablename__ = "parked_event"
    __table_args__ = (Index("ix_parked_event_open", "case_id", "number", postgresql_where=text("settled_at IS NULL")),)
    number: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), nullable=False))
    source: str = Field(primary_key=True, sa_type=Text)
    event_id: str = Field(primary_key=True, sa_type=Text)
    case_id: UUID = Field(primary_key=True, foreign_key="collections_case.case_id")
    trigger: str = Field(sa_type=Text)
    facts: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    parked_at: datetime = Field(sa_column=_instant())
    settled_at: datetime | None = Field(default=None, sa_column=_instant(nullable=True))
    outcome: str | None = Field(default=None, sa_type=Text)


class ImportRun(IntakeTable, table=True):
    """How far an import of a file came: the last line whose chunk was committed. `finished_at`: nothing is left."""

    __tablename__ = "import_run"
    file_hash: str = Field(primary_key=True, sa_type=Text)
    mapping: str = Field(primary_key=True, sa_type=Text)
    last_line: int
    opened: int
    known: int
    started_at: datetime = Field(sa_column=_instant())
    finished_at: datetime | None = Field(default=None, sa_column=_instant(nullable=True))


class ImportStage(IntakeTable, table=True):
    """Rows of the chunk being imported, as COPY brings them; empty between transactions, and not logged."""

    __tablename__ = "import_stage"
    __table_args__ = {"prefixes": ["UNLOGGED"]}
    line: int
    case_id: UUID = Field(primary_key=True)
    borrower_id: UUID
    borrower_ref: str = Field(sa_type=Text)
    name: str | None = Field(default=None, sa_type=Text)
    phone: str | None = Field(default=None, sa_type=Text)
    phone_digest: str | None = Field(default=None, sa_type=Text)
    national_id: str | None = Field(default=None, sa_type=Text)
    national_id_digest: str | None = Field(default=None, sa_type=Text)
    borrower_language: str = Field(sa_type=Text)
    time_zone: str = Field(sa_type=Text)
    provenance: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    account_ref: str = Field(sa_type=Text)
    sequence: int
    previous_case_id: UUID | None = None
    declared_pack: str | None = Field(default=None, sa_type=Text)
    product: str = Field(sa_type=Text)
    currency: str = Field(sa_type=Text)
    arrears: Decimal = Field(sa_column=_amount())
    balance: Decimal = Field(sa_column=_amount())
    oldest_unpaid_due_date: date | None = None
    facts_as_of: date
    days_past_due: int
    bucket: str = Field(sa_type=Text)
    language: Literal["zh", "en"] = Field(sa_type=Text)
    facts_hash: str = Field(sa_type=Text)
    event: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    headers: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    start: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


TABLES = runtime_tables(IntakeTable.metadata)
