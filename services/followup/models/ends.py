"""Tables: what is known of a case when it ends, how it ended, and until when its records are kept."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Column, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.common.runtime.tables import INSTANT
from services.followup.models.base import FollowupTable, one_of
from services.followup.vocabulary import LetterState


class TriagedCase(FollowupTable, table=True):
    """By which rules a case is judged: its packs (`cn`, `us+us-ma`) and its product, and who owes it."""

    __tablename__ = "triaged_case"

    case_id: UUID = Field(primary_key=True, sa_type=Uuid)
    borrower_id: UUID = Field(sa_type=Uuid)
    account_ref: str = Field(sa_type=Text)
    pack: str = Field(sa_type=Text)
    product: str = Field(sa_type=Text)


class CaseEnd(FollowupTable, table=True):
    """How a case ended, and by rule the last day on which its records must still be there."""

    __tablename__ = "case_end"

    case_id: UUID = Field(primary_key=True, sa_type=Uuid)
    reason: str = Field(sa_type=Text)
    closed_at: datetime = Field(sa_type=INSTANT)
    credit_status: str | None = Field(default=None, sa_type=Text)
    kept_by: dict[str, str] = Field(sa_column=Column(JSONB, nullable=False))
    retention_until: date
    retention_version: str = Field(sa_type=Text)


class ClosingLetter(FollowupTable, table=True):
    """What became of the letter that intake asks for as it closes a case; it may be heard of before the end is."""

    __tablename__ = "closing_letter"
    __table_args__ = (one_of("state", LetterState),)

    case_id: UUID = Field(primary_key=True, sa_type=Uuid)
    state: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=INSTANT)


class LegalHold(FollowupTable, table=True):
    """Compliance keeps the records of a case, whatever the rules say. The audit has the earlier ones."""

    __tablename__ = "legal_hold"

    case_id: UUID = Field(primary_key=True, sa_type=Uuid)
    reason: str = Field(sa_type=Text)
    placed_by: str = Field(sa_type=Text)
    placed_at: datetime = Field(sa_type=INSTANT)
    released_by: str | None = Field(default=None, sa_type=Text)
    released_at: datetime | None = Field(default=None, sa_type=INSTANT)
    version: int = 1

    @property
    def stands(self) -> bool:
        return self.released_at is None
