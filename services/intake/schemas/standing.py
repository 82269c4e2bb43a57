"""Where a borrower stands, and what it rests on."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel

from services.common.kernel.money import Money
from services.intake.domain.quadrant import Quadrant


class WhatHappened(BaseModel):
    """A step of the case that speaks for or against willingness."""

    step: str
    at: datetime
    speaks: Literal["for", "against"]


class Ability(BaseModel):
    """The judged statement of means on which ability rests."""

    assessment_id: UUID
    taken_at: datetime
    policy_version: str
    result: str


class OwnDebt(BaseModel):
    """A debt of the borrower to this bank that has an open case."""

    case_id: UUID
    account_ref: str
    product: str
    owed: Money
    days_past_due: int


class Budget(BaseModel):
    """What comes in and goes out in a month, as the borrower stated it."""

    income: Money
    priority: Money
    living: Money
    left: Money


class Standing(BaseModel):
    """The quadrant with its evidence and the treatment it picked; the overview of debts and the budget on offer.

    `others` are debts to others as the borrower stated them. Without a statement of means there is no budget yet.
    """

    case_id: UUID
    quadrant: Quadrant
    able: bool | None
    willing: bool | None
    ability: Ability | None
    willingness: list[WhatHappened]
    cause_known: bool
    treatment: str | None
    policy_version: str
    offered: dict[str, str]
    debts: list[OwnDebt]
    others: dict[str, Money]
    budget: Budget | None

    def without_sums(self) -> dict[str, Any]:
        """What is kept in the audit."""
        return self.model_dump(mode="json", include={"quadrant", "able", "willing", "treatment", "policy_version"})
