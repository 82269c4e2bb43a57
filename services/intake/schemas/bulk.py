"""Requests and answers about jobs that hold many borrowers."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from services.common.kernel.said import SaidInstant
from services.intake.schemas.base import Body, Portfolio, Reference, Subject


class BulkSelector(Body):
    """Whom a job holds: borrowers with an open case to which all of this applies. Something must be said.

    `time_zone` is one of the IANA database or an area of it (`Australia`), in which the borrower lives.
    """

    pack: str | None = Field(default=None, pattern=r"^[a-z][a-z0-9_-]{0,19}$")
    portfolio: Portfolio | None = None
    product: str | None = Field(default=None, pattern=r"^[a-z][a-z0-9_]{1,39}$")
    bucket: str | None = Field(default=None, pattern=r"^M[0-9]\+?$")
    time_zone: str | None = Field(default=None, pattern=r"^[A-Za-z0-9+_/-]{1,64}$")
    assignee: Subject | None = None
    account_refs: list[Reference] | None = Field(default=None, min_length=1, max_length=100_000)

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_dump(exclude_none=True):
            raise ValueError("say at least one thing: everybody is stopped by a stop of contact, not by holds")
        return self


class PlaceBulkHold(Body):
    """A hold for everybody who is selected now. Whose case opens later is not covered."""

    kind: str = Field(pattern=r"^[A-Z_]{3,40}$", repr=False)
    reason: str = Field(min_length=3, max_length=500, repr=False, description="why, without names of borrowers")
    ends_at: SaidInstant | None = None
    selector: BulkSelector


class BulkStanding(BaseModel):
    """How far a job is: `placing`, `placed`, `undoing` or `undone`, with how many were held and lifted again."""

    bulk_id: UUID
    state: str
    blocks: list[str]
    selector: dict[str, str]
    accounts: int | None
    starts_at: datetime
    ends_at: datetime | None
    total: int
    placed: int
    lifted: int
    placed_by: str
    undone_by: str | None
    done_at: datetime | None
    version: int


class BulkShown(BulkStanding):
    """A job with its kind and reason, for those who may see why."""

    kind: str = Field(repr=False)
    reason: str = Field(repr=False)
