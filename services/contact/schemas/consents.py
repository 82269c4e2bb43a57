"""Consents: what a person agreed to, as it is told and kept."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.common.kernel.said import SaidInstant
from services.common.runtime.http.pagination import Page
from services.contact.domain.vocabulary import Channel
from services.contact.schemas.preferences import Hours


class ConsentKind(StrEnum):
    """What may be agreed to: hours beyond the usual, more calls, a call back, a channel, entering at a visit."""

    HOURS = "hours"
    MORE_CALLS = "more_calls"
    CALL_BACK = "call_back"
    CHANNEL = "channel"
    VISIT_ENTRY = "visit_entry"


class RecordConsent(BaseModel):
    """A consent as it was given. `hours`, `call_back_at` and `channel` belong to the kind of that name."""

    model_config = ConfigDict(extra="forbid")

    kind: ConsentKind
    hours: Hours | None = None
    call_back_at: SaidInstant | None = Field(default=None, description="when the person wants to be called")
    channel: Channel | None = None
    given_at: SaidInstant | None = Field(default=None, description="when it was given, if not now")
    party_id: UUID | None = Field(default=None, description="whose it is, if not the borrower's")
    conversation_id: UUID | None = Field(default=None, description="in which conversation")


class ConsentShown(BaseModel):
    """A consent: who wrote it down, when it was given, for what, and whether it still holds."""

    consent_id: UUID
    person_id: UUID
    case_id: UUID
    kind: ConsentKind
    hours: Hours | None = None
    call_back_at: datetime | None = None
    channel: Channel | None = None
    conversation_id: UUID | None
    given_at: datetime
    recorded_by: str
    revoked_at: datetime | None
    in_force: bool = Field(description="not revoked; to call back, nobody has spoken to the person since (US-05)")


class Consents(Page[ConsentShown]):
    """A page of all consents of a person, the newest first."""
