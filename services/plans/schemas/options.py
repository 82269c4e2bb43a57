"""What reliefs are asked for, and how they are shown."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from pydantic import BaseModel, Field

from services.common.kernel.money import Money
from services.plans.domain.catalogue import ReliefType
from services.plans.schemas.base import Command, ComparisonView, Line, ToDecide


class Wanted(Command):
    """What may be wished for a relief; what is not said is chosen.

    `months`: of a pause, of smaller payments, or of catching up. `amount`: each smaller payment, the promised payment,
    or all of a settlement. `at_hand`: what the borrower has for a first payment. `keep_maturity`: a pause does not move
    the end.
    """

    instalments: int | None = Field(default=None, ge=1, le=480)
    waived_interest: Money | None = None
    waived_fees: Money | None = None
    months: int | None = Field(default=None, ge=1, le=60)
    amount: Money | None = None
    annual_rate: Decimal | None = Field(default=None, ge=0, le=10, max_digits=12)
    principal_discount: Money | None = None
    at_hand: Money | None = None
    keep_maturity: bool = False


class AskOptions(Wanted):
    """What to compute; without `instalments` the fewest affordable ones are chosen."""

    first_due_date: date | None = None


class OptionRuleView(BaseModel):
    """One rule that was asked, in words; `reason` is English."""

    rule: str
    passed: bool
    reason: str
    reason_zh: str


class GainView(BaseModel):
    """What the borrower saves and what the lender gets.

    `given_up` is taken off what is owed, `given_up_percent` of the claim; `saved` is the difference in all payments
    (negative: it costs more in all). Present values are at the contract's rate; `worth_percent` is what all payments
    are worth to the lender at the catalogue's rate, in percent of the claim.
    """

    claim: Money
    given_up: Money
    given_up_percent: Decimal
    saved: Money
    present_value_before: Money
    present_value_after: Money
    worth_percent: Decimal | None


class HoldView(BaseModel):
    """Nothing is asked for until and with a day; the interest that runs on meanwhile."""

    until: date
    days: int
    interest: Money


class OptionView(BaseModel):
    """One relief with every rule asked; the numbers are there also when it is not allowed, if they can be computed.

    `draft`: a plan can be drafted of it. `payment` is the first payment, `highest_payment` the one that must be
    affordable. `schedule` is what would be agreed, `afterwards` what follows if nothing else is agreed.
    """

    relief_type: ReliefType
    name_zh: str
    name_en: str
    eligible: bool
    draft: bool
    reasons: list[OptionRuleView]
    restructured: bool
    instalments: int | None
    first_due_date: date | None
    end_date: date | None
    payment: Money | None
    last_payment: Money | None
    highest_payment: Money | None
    total: Money | None
    waived: Money | None
    affordable: bool | None
    headroom: Money | None
    annual_rate: Decimal | None
    pause_months: int | None
    review_date: date | None
    parked: Money | None
    settlement_recovery_percent: Decimal | None
    comparison: ComparisonView | None
    gain: GainView | None
    schedule: list[Line]
    afterwards: list[Line]
    hold: HoldView | None
    people_decide: list[ToDecide]


class OptionsView(BaseModel):
    """What this borrower can be offered today. A lump sum is asked for only after the reliefs before it were shown:
    `lump_sum_may_be_asked` says whether one of them is eligible. `debt_advice` is the sentence for a deficit."""

    case_id: UUID
    account_as_of: date
    own_share: Money
    policy_version: str
    lump_sum_may_be_asked: bool
    debt_advice: ToDecide | None
    options: list[OptionView]
