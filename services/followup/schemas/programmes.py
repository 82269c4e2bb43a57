"""Programmes of relief that open, and who may have them, as the API takes and shows it."""

from datetime import date, datetime
from typing import Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.followup.domain.programmes import Screened

Code = Literal["EXTEND", "INT_STOP", "DEFER_CAP", "DEFER_SPREAD", "DEFER_WAIVE", "REDUCED", "RATE_CUT", "FEE_WAIVE",
               "INT_WAIVE", "PRIN_DISC", "CAPITALISE", "REAGE", "SETTLE", "HOLD_INTERIM"]  # fmt: skip


class OpenProgramme(BaseModel):
    """A relief that may be asked for from `opens_on` on, today or earlier; no packs or products: for all."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str = Field(pattern=r"^[a-z0-9_-]{1,60}$")
    relief_type: Code
    packs: tuple[str, ...] = Field(default=(), max_length=20)
    products: tuple[str, ...] = Field(default=(), max_length=20)
    instalments_left_least: int = Field(default=2, ge=1, le=480)
    opens_on: date
    closes_on: date | None = None

    @model_validator(mode="after")
    def _closes_after(self) -> Self:
        if self.closes_on is not None and self.closes_on < self.opens_on:
            raise ValueError("a programme closes on the day on which it opens or later")
        return self


class ProgrammeView(BaseModel):
    """A programme, and how many running plans had which result; `left`: there may be more that were not screened."""

    programme_id: UUID
    code: str
    relief_type: str
    opens_on: date
    closes_on: date | None
    opened_by: str
    results: dict[Screened, int]
    left: bool


class Told(BaseModel):
    """A borrower who may have a programme and was told."""

    agreement_id: UUID
    case_id: UUID
    screened_at: datetime


class ToldOf(BaseModel):
    """Who was told of a programme, at most two hundred; go on behind the last with `after`."""

    items: list[Told]
