"""Representatives: who speaks for a person about one debt."""

from datetime import date, datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.common.kernel.said import SaidDay
from services.common.runtime.http.pagination import Page
from services.contact.schemas.preferences import Source


class RepresentativeKind(StrEnum):
    """An attorney, a debt adviser, a guardian, or whoever else the person authorised."""

    ATTORNEY = "attorney"
    ADVISER = "adviser"
    GUARDIAN = "guardian"
    AUTHORISED = "authorised"


class AddRepresentative(BaseModel):
    """Somebody who speaks for a person about the debt of a case."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    kind: RepresentativeKind
    name: str = Field(min_length=1, max_length=200, repr=False)
    address: str | None = Field(default=None, min_length=1, max_length=500, repr=False, description="where to write")
    agrees_to_contact: bool = Field(default=False, description="agrees that the person is contacted directly too")
    asked_on: SaidDay | None = Field(
        default=None, description="when this one was last written to without an answer yet"
    )
    party_id: UUID | None = Field(default=None, description="whose, if not the borrower's")
    source: Source


class Letter(BaseModel):
    """A letter to the representative, who then has time to answer, or one from the representative: the answer."""

    model_config = ConfigDict(extra="forbid")

    direction: Literal["to", "from"]
    on: SaidDay
    agrees_to_contact: bool | None = Field(default=None, description="what a letter from the representative says of it")


class RepresentativeKept(BaseModel):
    """A representative as kept, without name and address. `version` is the ETag.

    `hold_to_place` is the kind of hold that this calls for and that intake places (`POST /v1/cases/{id}/holds`).
    """

    representative_id: UUID
    person_id: UUID
    case_id: UUID
    kind: RepresentativeKind
    asked_on: date | None
    agrees_to_contact: bool
    since: datetime
    ended_at: datetime | None
    version: int
    hold_to_place: str | None = None


class RepresentativeShown(RepresentativeKept):
    """A representative with name and address. Personal data: each reading is recorded."""

    name: str = Field(repr=False)
    address: str | None = Field(repr=False)


class Representatives(Page[RepresentativeShown]):
    """A page of all who speak or spoke for somebody about the debt of a case, the newest first."""
