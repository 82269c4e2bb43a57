"""Statement of means: what comes in, what goes out, what is owed."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from services.common.kernel.money import Money
from services.plans.schemas.base import Code, Command

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Amounts = Annotated[dict[Name, Money], Field(max_length=40)]


class TakeStatement(Command):
    """Monthly amounts by name. `hardship_reason` is copied from the request; it selects the evidence to ask for."""

    hardship_reason: Code
    income: Amounts
    priority_expenses: Amounts = Field(default_factory=dict)
    living_costs: Amounts = Field(default_factory=dict)
    unsecured_debts: Amounts = Field(description="what is owed, by creditor, our own debt among them")
    own_debt: Name = Field(description="which of the unsecured debts is ours")
    willing_to_pay: bool = True


class AssessmentView(BaseModel):
    """The judged statement. `own_share` is the highest instalment this borrower can be offered."""

    assessment_id: UUID
    case_id: UUID
    round: int
    result: Literal["AFFORDABLE", "UNAFFORDABLE", "DEFICIT"]
    total_income: Money
    total_priority: Money
    total_living: Money
    surplus: Money
    usable: Money
    own_share: Money
    phase: str
    evidence_items: int = Field(description="documents the borrower is asked for now")
