"""Until when a debt can be claimed in court."""

from datetime import date, datetime
from typing import Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.common.kernel.said import SaidDay

LimitationSource = Literal["core", "contract", "court", "counsel"]
# What the bank said with the case. Nobody else can say so.
BANK: Literal["bank"] = "bank"


class PutLimitation(BaseModel):
    """What the core or counsel says: the day from which the time is counted by the packs of the case (the debt was due,
    demanded, acknowledged or sued for), its last day, or that it is over."""

    model_config = ConfigDict(extra="forbid")

    counted_from: SaidDay | None = None
    ends_on: SaidDay | None = None
    barred: Literal[True] | None = Field(default=None, description="it is over, since when nobody says")
    source: LimitationSource

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(said is not None for said in (self.counted_from, self.ends_on, self.barred)) != 1:
            raise ValueError("say the day from which it is counted, its last day, or that it is over")
        return self


class LimitationShown(BaseModel):
    """What was said, and what follows from it today. `ends_on` counts what has made the time begin anew since."""

    case_id: UUID
    counted_from: date | None
    said_to_end_on: date | None
    ends_on: date | None = Field(description="the last day on which the debt can be claimed; empty when not known")
    barred: bool
    source: LimitationSource | Literal["bank"] | None
    recorded_at: datetime | None
    version: int
