"""Requests and answers about borrowers."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, Field

from services.intake.schemas.base import Body, Email, Language, PostalAddress, Reference, TimeZone


class BorrowerFacts(Body):
    """Who the borrower is, as the sender knows it."""

    borrower_ref: Reference
    name: str = Field(min_length=1, max_length=120, repr=False)
    phone: str = Field(min_length=5, max_length=32, repr=False, description="with its country code, or national")
    email: Email | None = Field(default=None, repr=False)
    postal_address: PostalAddress | None = Field(default=None, repr=False)
    language: Language
    time_zone: TimeZone
    national_id: str | None = Field(default=None, min_length=4, max_length=40, repr=False)


class FieldOrigin(BaseModel):
    """Who said a fact, and as of which day."""

    source: str
    as_of: date


class BorrowerProfile(BaseModel):
    """What is known of a borrower, with the origin of each fact. Personal data: each reading is recorded."""

    borrower_id: UUID
    borrower_ref: str
    name: str | None = Field(repr=False)
    phone: str | None = Field(repr=False, description="E.164")
    email: str | None = Field(repr=False)
    postal_address: str | None = Field(repr=False)
    national_id: str | None = Field(repr=False)
    language: str
    time_zone: str
    provenance: dict[str, FieldOrigin]
