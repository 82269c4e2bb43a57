"""What is told of a conversation, whether in its steps or at its end."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

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
    """What one side says it will do, by when."""

    side: Side
    kind: str = Field(pattern=r"^[A-Z][A-Z_]{2,39}$")
    text: Told = Field(repr=False)
    due_on: SaidDay
