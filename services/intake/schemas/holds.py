"""Requests and answers about holds."""

from datetime import datetime
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from services.intake.schemas.base import (
    Body,
)


class PlaceHold(Body):
    """A hold on the borrower of a case. Without an end the policy's days apply, or it lasts until it is lifted."""

    kind: str = Field(pattern=r"^[A-Z_]{3,40}$", repr=False)
    ends_at: AwareDatetime | None = None


class HoldStanding(BaseModel):
    """What a hold blocks and until when, without why."""

    hold_id: UUID
    borrower_id: UUID
    case_id: UUID
    blocks: list[str]
    starts_at: datetime
    ends_at: datetime | None
    lifted_at: datetime | None
    version: int


class HoldShown(HoldStanding):
    """A hold with its kind, for those who may see why."""

    kind: str = Field(repr=False)


class Holds(BaseModel):
    """All holds of a borrower, in the order of placing."""

    items: list[HoldShown]
