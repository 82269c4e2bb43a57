"""What is told of a conversation, whether in its steps or at its end."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.common.kernel.money import Money
from services.common.kernel.said import SaidDay
from services.contact.domain.commitments import Side
from services.contact.domain.script import Feeling

Told = Annotated[str, Field(min_length=1, max_length=4000)]
Item = Annotated[str, Field(pattern=r"^[a-z][a-z_]{1,39}$")]
"""Something on the list of disclosures."""
Cause = Literal[
    "UNEMPLOYMENT", "INCOME_DROP", "ILLNESS", "DISABILITY", "BEREAVEMENT", "FAMILY_ACCIDENT", "DIVORCE_SEPARATION",
    "DOMESTIC_ABUSE", "DISASTER", "EPIDEMIC", "BUSINESS_FAILURE", "IMPRISONMENT", "MILITARY_SERVICE", "OVER_INDEBTED",
    "INCREASED_COST", "NEW_DEPENDANT", "FRAUD_VICTIM", "DISPUTE_MERCHANT", "OTHER", "NOT_DISCLOSED",
]  # fmt: skip
RequestType = Literal["DELAY", "RESCHEDULE", "REDUCE", "WAIVE", "SETTLE", "DISPUTE", "NONE"]

__all__ = ["Asked", "Body", "Cause", "Feeling", "Item", "Promise", "RequestType", "Told"]


class Body(BaseModel):
    """Base of requests: what is not known is refused, and errors never show what was sent."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class Asked(Body):
    """What the borrower asks for: `NONE` when nothing."""

    request_type: RequestType
    amount: Money | None = None
    months: int | None = Field(default=None, ge=1, le=360)


class Promise(Body):
    """What one side says it will do, by when. A promise to pay (PTP) with an amount is judged by what is posted."""

    side: Side
    kind: str = Field(pattern=r"^[A-Z][A-Z_]{2,39}$")
    text: Told = Field(repr=False)
    due_on: SaidDay
    amount: Money | None = None

    @model_validator(mode="after")
    def _only_money_is_promised_in_amounts(self) -> Self:
        if self.amount is not None and (self.kind != "PTP" or not self.amount.is_positive):
            raise ValueError("only a promise to pay has an amount, and it is positive")
        return self
