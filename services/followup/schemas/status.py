"""How a plan stands, for the borrower who pays it."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from services.common.kernel.money import Money
from services.followup.domain.verdict import Standing
from services.followup.vocabulary import AgreementState, Occasion


class NextPayment(BaseModel):
    """What is due next; an instalment that was missed comes first."""

    number: int
    due_date: date
    amount: Money


class OpenQuestion(BaseModel):
    """What the borrower may answer: how it is going, or what they think of us."""

    kind: Literal["check_in", "feedback"]
    id: UUID
    about: Occasion | None


class OpenFor(BaseModel):
    """A programme that the borrower may ask for."""

    code: str
    relief_type: str
    closes_on: date | None


class Reading(BaseModel):
    """Something about money by somebody else, which nobody has to read."""

    title: str
    url: str


class PlanStatus(BaseModel):
    """The newest plan of a case: how it stands, what is next, what is left, and what may help."""

    case_id: UUID
    agreement_id: UUID
    state: AgreementState
    standing: Standing
    total: Money
    paid: Money
    remaining: Money
    instalments_left: int
    next_payment: NextPayment | None
    ends_on: date
    questions: list[OpenQuestion]
    programmes: list[OpenFor]
    reading: list[Reading]
