"""Overrides: a refusal that is only presumed right, and two people who let the contact through."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.contact.schemas.permits import PermitAnswer


class RequestOverride(BaseModel):
    """Why this contact should be made although rules refused it."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    reason_code: str = Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")
    legal_reason: str = Field(min_length=10, max_length=2000, repr=False, description="why it is lawful in this case")
    words: str = Field(min_length=10, max_length=2000, repr=False, description="what happened")


class DecideOverride(BaseModel):
    """A second person approves or rejects, and says why."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    approve: bool
    words: str = Field(min_length=3, max_length=2000, repr=False)


class OverrideShown(BaseModel):
    """A request and what became of it. Its version is its ETag."""

    override_id: UUID
    permit_id: UUID = Field(description="the refusal")
    case_id: UUID
    rules: list[str]
    reason_code: str
    legal_reason: str = Field(repr=False)
    words: str = Field(repr=False)
    state: Literal["requested", "approved", "rejected", "lapsed"]
    requested_by: str
    requested_at: datetime
    expires_at: datetime = Field(description="until when it may be decided")
    decided_by: str | None
    decided_at: datetime | None
    decision: str | None = Field(repr=False)
    granted_permit_id: UUID | None
    version: int


class OverrideDecided(OverrideShown):
    """A decision. An approval asks the guard anew: `permit` is its answer, and a refusal leaves the request open."""

    permit: PermitAnswer | None


class OpenOverrides(BaseModel):
    """Requests that nobody has decided, the oldest first."""

    items: list[OverrideShown]
