"""Requests and answers about vulnerability flags."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.common.kernel.said import SaidInstant
from services.intake.domain.flags import FlagKind
from services.intake.schemas.base import Body


class FlagConsent(Body):
    """Who agreed that it is recorded, and when (now, if it is not said)."""

    given_by: Literal["borrower", "representative"]
    at: SaidInstant | None = None


class RecordFlag(Body):
    """A circumstance for which a person is to be met with care. A note needs consent."""

    kind: FlagKind = Field(repr=False)
    source: Literal["borrower", "representative", "third_party", "staff", "core"]
    consent: FlagConsent | None = None
    note: str | None = Field(default=None, min_length=1, max_length=2000, repr=False)
    reference: str | None = Field(default=None, min_length=1, max_length=120, repr=False, description="of an adviser")
    review_on: date | None = Field(default=None, description="by policy otherwise")
    party_id: UUID | None = Field(default=None, description="whose, if not the borrower's")


class RenewFlag(Body):
    """The circumstance goes on; without a day the policy's days count from today."""

    review_on: date | None = None


class EndFlag(Body):
    """Why the flag is no longer needed."""

    reason: Literal["resolved", "mistaken", "consent_withdrawn"]


class FlagStanding(BaseModel):
    """A flag without what it says. Answers are kept for repeats, so this one names no circumstance."""

    flag_id: UUID
    borrower_id: UUID
    case_id: UUID
    sensitivity: str
    review_on: date
    renewals: int
    recorded_at: datetime
    ended_at: datetime | None
    version: int


class FlagShown(FlagStanding):
    """A flag as it was recorded, for those who may see it."""

    kind: str = Field(repr=False)
    note: str | None = Field(repr=False)
    reference: str | None = Field(repr=False)
    source: str
    consent_by: str | None
    consent_at: datetime | None
    recorded_by: str
    ended_by: str | None
    end_reason: str | None


class Flags(BaseModel):
    """All flags of a person in the order of recording, ended ones too, and the care that is asked for now."""

    care: list[str]
    items: list[FlagShown]
