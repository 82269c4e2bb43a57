"""Arrangements: what this bank makes of a claim beside a longer term; its own arithmetic, on its own books."""

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from sandbox.bank.errors import BankRefusal
from sandbox.bank.schedule import Installment, amortise
from services.common.kernel.money import Money
from services.common.kernel.months import add_months

Kind = Literal[
    "DEFER_CAP", "DEFER_SPREAD", "DEFER_WAIVE", "REDUCED", "EXTEND", "RATE_CUT", "FEE_WAIVE", "INT_WAIVE", "PRIN_DISC",
    "CAPITALISE", "REAGE", "SETTLE",
]  # fmt: skip
_MAX = 480


class Arrangement(BaseModel):
    """The numbers as they were asked for; amounts are in the currency of the loan."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    kind: Kind
    method: Literal["annuity", "equal_parts", "as_listed"]
    claim: Decimal = Field(ge=0)
    principal: Decimal = Field(ge=0)
    annualRate: Decimal = Field(ge=0, le=1)
    instalments: int = Field(ge=0, le=_MAX)
    onTop: Decimal = Field(ge=0)
    onTopMonths: int = Field(ge=0, le=_MAX)
    forgoneInterest: Decimal = Field(ge=0)
    principalDiscount: Decimal = Field(ge=0)
    parked: Decimal = Field(ge=0)
    released: Decimal = Field(ge=0)
    amounts: list[Decimal] = Field(default_factory=list, max_length=_MAX)


def arranged(
    asked: Arrangement, claim: Money, contract_rate: Decimal, starts_on: date, pause_months: int
) -> list[Installment]:
    """The schedule of an arrangement. BankRefusal when the books hold another claim, or it would cost more than before.

    A pause is counted from `starts_on`; every due date has its day of the month.
    """
    currency = claim.currency
    if Money.of(asked.claim, currency) != claim:
        raise BankRefusal("error.msg.loan.claim.changed", "The claim is another one by now.")
    if asked.annualRate > contract_rate:
        raise BankRefusal("error.msg.loan.rate.above.contract", "The rate is above that of the contract.")
    zero = Money.zero(currency)
    base = _base(asked, currency, starts_on)
    parts = Money.of(asked.onTop, currency).split_equally(asked.onTopMonths) if asked.onTopMonths else []
    lines = []
    for index in range(max(len(base), len(parts))):
        regular = base[index] if index < len(base) else None
        extra = parts[index] if index < len(parts) else zero
        lines.append(
            Installment(
                index + 1,
                add_months(starts_on, pause_months + index),
                (regular.principal if regular else zero) + extra,
                regular.interest if regular else zero,
                zero,
            )
        )
    if not lines or any(not line.total.is_positive for line in lines):
        raise BankRefusal("error.msg.loan.nothing.outstanding", "There is nothing to pay in one of the periods.")
    return lines


def _base(asked: Arrangement, currency: str, starts_on: date) -> list[Installment]:
    zero = Money.zero(currency)
    if asked.method == "as_listed":
        amounts = [Money.of(amount, currency) for amount in asked.amounts]
        return [Installment(n, starts_on, amount, zero, zero) for n, amount in enumerate(amounts, 1)]
    principal = Money.of(asked.principal, currency)
    if not asked.instalments or principal.is_zero:
        return []
    if asked.method == "annuity":
        return amortise(principal, asked.annualRate, asked.instalments, starts_on, first_number=1)
    parts = principal.split_equally(asked.instalments)
    return [Installment(n, starts_on, part, zero, zero) for n, part in enumerate(parts, 1)]
