"""Stops of outbound contact."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.contact.domain.stops import StopScope


class PlaceStop(BaseModel):
    """Stop all outbound contact, or what is named beside the scope."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    scope: StopScope
    value: str = Field(
        default="", max_length=80, description="which pack, channel, template or portfolio; empty for `all`"
    )
    reason: str = Field(min_length=3, max_length=500, repr=False, description="why, without names of borrowers")


class StopShown(BaseModel):
    """A stop and where it is. Its version is its ETag."""

    stop_id: UUID
    scope: StopScope
    value: str
    state: Literal["in_force", "lift_requested", "lifted"]
    reason: str = Field(repr=False)
    placed_by: str
    placed_at: datetime
    lift_requested_by: str | None
    lift_requested_at: datetime | None
    lifted_by: str | None
    lifted_at: datetime | None
    version: int


class StopPlaced(StopShown):
    """A stop as it was placed."""

    reserved: int = Field(description="permits given before that people may still use: they must be told to stop")
