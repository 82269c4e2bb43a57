"""What the requests share, and the form in which amounts and schedules are shown."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.common.kernel.money import Money
from services.plans.domain.reliefs.terms import CoreInstruction

Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]{1,59}$")]
FreeText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
Reference = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
VersionNumber = Annotated[int, Field(ge=1, le=2_147_483_647)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Command(BaseModel):
    """Base of requests: an unknown field is an error."""

    model_config = ConfigDict(extra="forbid")


class Line(BaseModel):
    """One payment of a schedule."""

    number: int
    due_date: date
    amount: Money


class ComparisonView(BaseModel):
    """Going on as agreed against the plan; changes are after minus before. Both sides always show payment and total.

    `npv_before` and `npv_after` are the lender's present values at the contract's rate; older versions have none.
    """

    before_payment: Money
    before_payments: int
    before_end_date: date
    before_total: Money
    after_payment: Money
    after_last_payment: Money
    after_payments: int
    after_end_date: date
    after_total: Money
    payment_change: Money
    payment_change_percent: Decimal | None
    total_cost_change: Money
    term_change_months: int
    diminished_percent: Decimal
    diminished_over_threshold: bool
    npv_before: Money | None = None
    npv_after: Money | None = None


class ClaimRecord(BaseModel):
    """What was owed when a version was drafted, by its parts; `principal` is all of it, due or not."""

    principal: Money
    interest: Money
    fees: Money

    @property
    def total(self) -> Money:
        return self.principal + self.interest + self.fees


class PlanTermsRecord(BaseModel):
    """The terms of one version as they are stored, beside its schedule: what was computed, from which facts.

    `annual_rate` is the contract's, that of the plan is in `instruction`. `first_due_date` is the day of the first
    payment, after a pause. `highest_payment` is what must be affordable. Versions that were drafted when a plan could
    only be an extension or an interest stop have no `instruction`, and zero or nothing in what follows it.
    `computed_from` is the situation and the wish, without the cause, from which the terms are computed again.
    """

    instalments: int
    first_due_date: date
    end_date: date
    annual_rate: Decimal
    waived_interest: Money
    waived_fees: Money
    accrued: Money
    extension_months: int
    repeat: bool
    restructured: bool
    payment: Money
    last_payment: Money
    own_share: Money
    comparison: ComparisonView
    account_as_of: date
    policy_versions: dict[str, str] = Field(default_factory=dict)
    instruction: CoreInstruction | None = None
    highest_payment: Money | None = None
    deferral_months: int = 0
    principal_discount_percent: Decimal = Decimal(0)
    settlement_recovery_percent: Decimal | None = None
    review_date: date | None = None
    claim: ClaimRecord | None = None
    computed_from: dict[str, Any] | None = None


class ToDecide(BaseModel):
    """What people have to decide or say; no number is invented for it."""

    code: str
    zh: str
    en: str
