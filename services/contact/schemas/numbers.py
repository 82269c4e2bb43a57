"""Numbers and addresses of a person, by their endings."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.common.kernel.said import SaidDay

Place = Literal["home", "mobile", "work", "other"]


class AddNumber(BaseModel):
    """A number or address of a person and from where it came. An address is for letters and for visits.

    `device` is the bank's token of one with its application, `portal` its name of an account in its portal.
    """

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    kind: Literal["phone", "email", "address", "device", "portal"]
    value: str = Field(min_length=3, max_length=500, repr=False)
    place: Place | None = None
    provenance: str = Field(pattern=r"^[a-z][a-z0-9_]{1,39}$", description="by which channel it came")
    handed_over: bool = Field(default=False, description="it came from the creditor")
    notice_on: SaidDay | None = Field(default=None, description="of one handed over: when the person was told of it")
    party_id: UUID | None = Field(default=None, description="whose, if not the borrower's")


class CheckNumber(BaseModel):
    """What came of a check, for example against the list of reassigned numbers."""

    model_config = ConfigDict(extra="forbid")

    result: Literal["still_theirs", "reassigned"]
    on: SaidDay | None = Field(default=None, description="when it was checked, if not today")


class BarNumber(BaseModel):
    """Why a number is not to be used: it is somebody else's, nothing arrives, or the person does not want it used."""

    model_config = ConfigDict(extra="forbid")

    why: Literal["wrong_number", "undeliverable", "withdrawn"]


class NumberKept(BaseModel):
    """A number or address in one channel, by its last signs. `version` is the ETag."""

    number_id: UUID
    person_id: UUID
    channel: str
    ending: str
    place: Place | None
    provenance: str
    usable: bool = Field(description="not barred, and from a lawful source")
    verified: bool = Field(description="the person was reached by it")
    confirmed_on: date | None
    handed_over: bool
    notice_on: date | None
    barred_for: str | None
    version: int


class NumbersKept(BaseModel):
    """All numbers and addresses of a person, or those that were kept."""

    items: list[NumberKept]
