"""Requests and answers about holds."""

from datetime import date, datetime
from typing import Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from services.common.kernel.said import SaidDay, SaidInstant
from services.intake.domain.holds import Reach
from services.intake.schemas.base import Body


class HoldEnd(Body):
    """When a hold ends: at an instant, or by the law from a day. Without any of them as the policy says.

    `registered_on` is the day of a breathing space, `treatment_ends_on` the last day of treatment in a crisis.
    """

    ends_at: SaidInstant | None = None
    registered_on: SaidDay | None = None
    treatment_ends_on: SaidDay | None = None

    @model_validator(mode="after")
    def _one_end(self) -> Self:
        if sum(said is not None for said in (self.ends_at, self.registered_on, self.treatment_ends_on)) > 1:
            raise ValueError("say one end")
        return self


class PlaceHold(HoldEnd):
    """A hold on the borrower of a case, or on a party; without an end one by law or policy, or until it is lifted."""

    kind: str = Field(pattern=r"^[A-Z_]{3,40}$", repr=False)
    party_id: UUID | None = Field(default=None, description="on whom, if not on the borrower")


class HoldStanding(BaseModel):
    """What a hold blocks and until when, without why; `reach`: that person in all cases or in this one only (`share`),
    or everybody who owes the `debt` of this case."""

    hold_id: UUID
    borrower_id: UUID
    case_id: UUID
    blocks: list[str]
    reach: Reach
    starts_at: datetime
    ends_at: datetime | None
    lifted_at: datetime | None
    version: int


class InterestShown(BaseModel):
    """The interest of one debt under a hold: `stopped` from a day on, or `running` since the hold is over, and whether
    the bank's core was asked for that, has confirmed it, or refused it with `code`."""

    case_id: UUID
    from_day: date
    wanted: Literal["stopped", "running"]
    state: Literal["asked", "confirmed", "refused"]
    code: str | None
    changed_at: datetime


class HoldShown(HoldStanding):
    """A hold with its kind, for those who may see why; `interest` of each debt, where it stops that."""

    kind: str = Field(repr=False)
    interest: list[InterestShown] = Field(default_factory=list)


class Holds(BaseModel):
    """All holds of a borrower, in the order of placing."""

    items: list[HoldShown]
