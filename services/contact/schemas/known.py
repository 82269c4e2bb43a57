"""What we know about a person, to be read to them, and what they said of it."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from services.contact.schemas.consents import ConsentShown
from services.contact.schemas.numbers import NumberKept
from services.contact.schemas.preferences import PreferencesShown, Source
from services.contact.schemas.representatives import RepresentativeShown


class FactShown(BaseModel):
    """The last that was said of one field: confirmed, or changed from what it was (`old`, as JSON)."""

    field: str
    kind: Literal["changed", "confirmed"]
    old: str | None = Field(repr=False)
    source: Source
    at: datetime
    recorded_by: str


class Known(BaseModel):
    """What contact knows about a person. Who they are is known at intake. Personal data: each reading is recorded.

    `fields` are the names by which this is confirmed or corrected.
    """

    person_id: UUID
    preferences: PreferencesShown
    numbers: list[NumberKept]
    consents: list[ConsentShown]
    representatives: list[RepresentativeShown]
    said: list[FactShown]
    fields: list[str]


class ConfirmKnown(BaseModel):
    """What the person said when it was read to them. What is corrected was changed before, by the route of its kind."""

    model_config = ConfigDict(extra="forbid")

    confirmed: list[str] = Field(max_length=200)
    corrected: list[str] = Field(default=[], max_length=200)
    source: Source
    party_id: UUID | None = Field(default=None, description="who, if not the borrower")

    @field_validator("corrected")
    @classmethod
    def _not_confirmed_too(cls, corrected: list[str], info: ValidationInfo) -> list[str]:
        if set(corrected) & set(info.data.get("confirmed", ())):
            raise ValueError("nothing is both right and wrong")
        return corrected


class Confirmed(BaseModel):
    """What was kept of what the person said."""

    person_id: UUID
    confirmed: list[str]
    corrected: list[str]
    at: datetime
