"""Statement of means: what comes in, what goes out, what is owed."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints, model_validator

from services.common.kernel.errors import InvalidInput
from services.common.kernel.money import Money
from services.plans.domain.means import Frequency, Stated
from services.plans.schemas.base import Code, Command, FreeText, ToDecide

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Plain = Annotated[str, StringConstraints(strict=True, pattern=r"^-?[0-9]{1,15}(\.[0-9]{1,4})?$")]
Comment = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class MeansItem(Command):
    """An amount as it was stated: money, how often, up to how much where it is uncertain, and why where it is unusual.

    An income below zero is a loss, as of a business.
    """

    amount: Plain
    currency: Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Z]{3}$")]
    per: Frequency = Frequency.MONTH
    up_to: Plain | None = Field(default=None, description="the upper end, when it may be anything from amount to this")
    comment: Comment | None = None

    @model_validator(mode="after")
    def _is_money(self) -> "MeansItem":
        try:
            self.stated()
        except InvalidInput as wrong:
            raise ValueError(wrong.detail) from None
        return self

    def stated(self) -> Stated:
        """The same as the domain has it. InvalidMoney; InvalidInput for a range the wrong way round."""
        low = Money.of(self.amount, self.currency)
        return Stated(low, low if self.up_to is None else Money.of(self.up_to, self.currency), self.per)


Items = Annotated[dict[Name, MeansItem], Field(max_length=40)]


class MeansStated(Command):
    """Income and outgoings by name, monthly unless they say otherwise; where the pack has a form, of its lines."""

    income: Items
    priority_expenses: Items = Field(default_factory=dict)
    living_costs: Items = Field(default_factory=dict)
    unsecured_debts: Annotated[dict[Name, Money], Field(max_length=40)] = Field(
        description="what is owed, by creditor, our own debt among them"
    )
    own_debt: Name = Field(description="which of the unsecured debts is ours")


class TakeStatement(MeansStated):
    """A statement of means. `hardship_reason` is copied from the request; it selects the evidence to ask for."""

    hardship_reason: Code
    willing_to_pay: bool = True


class Judged(BaseModel):
    """What the means come to. What is offered rests on a lean month: the least income and the most outgoings.

    `own_share` is the highest instalment this borrower can be offered, `own_share_at_best` that of a good month.
    `income_needed`: from which monthly income on something can be paid; none when not even a good month is enough.
    """

    result: Literal["AFFORDABLE", "UNAFFORDABLE", "DEFICIT"]
    certainty: Literal["certain", "only_if", "not"]
    total_income: Money
    total_priority: Money
    after_priority: Money
    total_living: Money
    surplus: Money
    savings_allowance: Money
    usable: Money
    pro_rata: dict[str, Money]
    own_share: Money
    own_share_at_best: Money
    income_needed: Money | None


class LineToExplain(BaseModel):
    """A line with more spending than its guideline and no comment."""

    line: str
    spent: Money


class AssessmentView(Judged):
    """The judged statement."""

    assessment_id: UUID
    case_id: UUID
    round: int
    phase: str
    to_explain: list[LineToExplain]
    evidence_items: int = Field(description="documents the borrower is asked for now")
    debt_advice: ToDecide | None = Field(description="what to say when nothing is left for instalments")


class RefuseRelief(Command):
    """Why nothing is offered, in words that the borrower can be told."""

    reasons: FreeText


class ReliefRefused(BaseModel):
    """A round that ended without a plan, by a person's decision."""

    case_id: UUID
    round: int
    reasons: str
    refused_by: str
    refused_at: datetime


class StatedItem(MeansItem):
    """An amount as it was stated, and what that is by month."""

    name: str
    monthly_from: Money
    monthly_to: Money


class StatementLine(BaseModel):
    """A line of the form with its amounts; where there is no form, each name is a line."""

    line: str
    title: str
    title_zh: str
    items: list[StatedItem]


class StatementSection(BaseModel):
    """Income, what must be paid first, or what living costs."""

    section: Literal["income", "priority_expenses", "living_costs"]
    lines: list[StatementLine]


class StatementView(BaseModel):
    """The statement of means of a round, in the form of the pack of its case, and what it comes to."""

    assessment_id: UUID
    case_id: UUID
    round: int
    form: str | None
    form_zh: str | None
    sections: list[StatementSection]
    unsecured_debts: dict[str, Money]
    own_debt: str
    judged: Judged
    to_explain: list[LineToExplain]
    policy_version: str
    taken_by: str
    taken_at: datetime
    debt_advice_at: datetime | None = Field(description="when the borrower was referred to debt advice")
