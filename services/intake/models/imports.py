"""Tables: how far an import came, and the rows it has in hand."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    Column,
    LargeBinary,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.intake.models.base import IntakeTable, amount, instant


class ImportRun(IntakeTable, table=True):
    """How far an import of a file came: the last line whose chunk was committed. `finished_at`: nothing is left."""

    __tablename__ = "import_run"
    file_hash: str = Field(primary_key=True, sa_type=Text)
    mapping: str = Field(primary_key=True, sa_type=Text)
    last_line: int
    opened: int
    known: int
    started_at: datetime = Field(sa_column=instant())
    finished_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))


class ImportStage(IntakeTable, table=True):
    """Rows of the chunk being imported, as COPY brings them; empty between transactions, and not logged."""

    __tablename__ = "import_stage"
    __table_args__ = ({"prefixes": ["UNLOGGED"]},)
    line: int
    case_id: UUID = Field(primary_key=True)
    borrower_id: UUID
    borrower_ref: str = Field(sa_type=Text)
    name: str | None = Field(default=None, sa_type=Text)
    phone: str | None = Field(default=None, sa_type=Text)
    phone_digest: str | None = Field(default=None, sa_type=Text)
    national_id: str | None = Field(default=None, sa_type=Text)
    national_id_digest: str | None = Field(default=None, sa_type=Text)
    email: str | None = Field(default=None, sa_type=Text)
    postal_address: str | None = Field(default=None, sa_type=Text)
    borrower_language: str = Field(sa_type=Text)
    time_zone: str = Field(sa_type=Text)
    provenance: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    account_ref: str = Field(sa_type=Text)
    sequence: int
    previous_case_id: UUID | None = None
    declared_pack: str | None = Field(default=None, sa_type=Text)
    product: str = Field(sa_type=Text)
    portfolio: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": ""})
    currency: str = Field(sa_type=Text)
    arrears: Decimal = Field(sa_column=amount())
    balance: Decimal = Field(sa_column=amount())
    oldest_unpaid_due_date: date | None = None
    limitation_from: date | None = None
    facts_as_of: date
    days_past_due: int
    bucket: str = Field(sa_type=Text)
    language: Literal["zh", "en"] = Field(sa_type=Text)
    facts_hash: str = Field(sa_type=Text)
    event: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    headers: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    start: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
