"""Third parties: people who owe nothing and may be asked where the borrower is, if at all."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.common.runtime.http.pagination import Page

Unusable = Literal["refused", "unlawful_source"]


class AddThirdParty(BaseModel):
    """Somebody who may know where the borrower is, and from where that number came."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    role: Literal["reserved_contact", "spouse", "relative", "friend", "colleague", "employer", "neighbour", "other"]
    name: str | None = Field(default=None, min_length=1, max_length=200, repr=False)
    number: str = Field(min_length=3, max_length=40, repr=False)
    provenance: str = Field(pattern=r"^[a-z][a-z0-9_]{1,39}$", description="by which channel the number came")


class ThirdPartyShown(BaseModel):
    """A third party: never more of the person than the end of the number. `version` is the ETag."""

    third_party_id: UUID
    case_id: UUID
    role: str
    ending: str
    provenance: str
    usable: bool
    unusable_for: Unusable | None = Field(description="why it must not be used; it is kept so that it is known")
    refused_at: datetime | None
    invited_at: datetime | None
    volunteers: bool
    added_at: datetime
    version: int


class ThirdParties(Page[ThirdPartyShown]):
    """A page of the third parties of a case in the order in which they were added."""
