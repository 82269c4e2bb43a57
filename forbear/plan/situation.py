"""The form of a situation that `forbear plan` reads; its JSON Schema is published from here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.common.kernel.money import Money
from services.plans.domain.catalogue import ReliefType
from services.plans.schemas.options import Wanted

DIALECT = "https://json-schema.org/draft/2020-12/schema"
PackName = Annotated[str, Field(pattern=r"^[a-z]+(-[a-z]+)?$")]
Code = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{1,59}$")]


class Form(BaseModel):
    """Unknown members are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PastDue(Form):
    """What is past due, by its parts."""

    principal: Money
    interest: Money
    fees: Money


class Account(Form):
    """The account. `balance` is the principal not yet due, paid in `remaining_payments` monthly ones at `annual_rate`
    (0.12 is twelve percent); 0 of them when everything is due. What is left out is not known."""

    product: Code
    balance: Money
    past_due: PastDue
    annual_rate: Decimal = Field(ge=0, le=10)
    remaining_payments: int = Field(ge=0, le=480)
    oldest_unpaid_due_date: date | None = None
    open_months: int | None = Field(default=None, ge=0)
    payments_in_a_row: int | None = Field(default=None, ge=0)


class Means(Form):
    """Monthly amounts by name, and the unsecured debts among which the surplus is shared; `own_debt` is ours."""

    income: dict[str, Money]
    priority_expenses: dict[str, Money]
    living_costs: dict[str, Money]
    unsecured_debts: dict[str, Money]
    own_debt: str


class Borrower(Form):
    """Who asks: the means, or the highest instalment when the means were judged before. `hardship_reason` is asked
    about, and stands in no answer."""

    means: Means | None = None
    max_instalment: Money | None = None
    willing: bool = True
    hardship_reason: Code | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.means is None) == (self.max_instalment is None):
            raise ValueError("give either means or max_instalment")
        return self


class Earlier(Form):
    """A relief that the account had before."""

    relief_type: ReliefType
    agreed_on: date


class Wishes(Wanted):
    """What is wished; what is left out is chosen."""

    first_due_date: date | None = None


class Situation(Form):
    """Somebody cannot pay as agreed: the account, the borrower, and what is wished, on a day under rule packs."""

    id: str | int = "1"
    day: date
    packs: tuple[PackName, ...] = ()
    account: Account
    borrower: Borrower
    earlier: tuple[Earlier, ...] = ()
    wish: Wishes = Wishes()

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        account, currency = self.account, self.account.balance.currency
        for name, money in _amounts(self):
            if money.currency != currency:
                raise ValueError(f"{name} is not in the currency of account.balance")
        if any(one.is_negative for one in (account.balance, *_parts(account.past_due))):
            raise ValueError("account: amounts are not negative")
        if account.balance.is_positive and not account.remaining_payments:
            raise ValueError("account.remaining_payments: a balance that is not due has payments left")
        if not account.balance.is_positive and account.remaining_payments:
            raise ValueError("account.remaining_payments: without a balance there are none")
        if account.oldest_unpaid_due_date is not None and account.oldest_unpaid_due_date > self.day:
            raise ValueError("account.oldest_unpaid_due_date: after the day")
        if self.borrower.max_instalment is not None and self.borrower.max_instalment.is_negative:
            raise ValueError("borrower.max_instalment: negative")
        return self


def _parts(past_due: PastDue) -> tuple[Money, ...]:
    return (past_due.principal, past_due.interest, past_due.fees)


def _amounts(situation: Situation) -> Iterator[tuple[str, Money]]:
    for name, money in zip(("principal", "interest", "fees"), _parts(situation.account.past_due), strict=True):
        yield f"account.past_due.{name}", money
    borrower = situation.borrower
    if borrower.max_instalment is not None:
        yield "borrower.max_instalment", borrower.max_instalment
    if borrower.means is not None:
        for group in ("income", "priority_expenses", "living_costs", "unsecured_debts"):
            for name, money in getattr(borrower.means, group).items():
                yield f"borrower.means.{group}.{name}", money


def schema() -> dict[str, Any]:
    """The JSON Schema of a situation."""
    made = Situation.model_json_schema()
    return {"$schema": DIALECT, "$id": "https://forbear.dev/plan/situation.json", **made}
