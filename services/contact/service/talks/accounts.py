"""What contact asks intake of an account, and what it hands over."""

from datetime import date
from typing import Protocol
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.common.kernel.money import Money
from services.common.runtime.caller import Caller


class AccountFacts(BaseModel):
    """What contact reads of intake's answer about a case."""

    model_config = ConfigDict(extra="ignore")

    case_id: UUID
    state: str
    product: str
    days_past_due: int
    arrears: Money
    balance: Money
    facts_as_of: date


class Overdue(BaseModel):
    """What is past due, by component."""

    model_config = ConfigDict(extra="ignore")

    principal: Money
    interest: Money
    fees: Money


class AccountFigures(AccountFacts):
    """The same with what the core said just now; None when intake has figures of a later day.

    `balance` is the principal that is not yet due: with the arrears it is the whole claim.
    """

    oldest_unpaid_due_date: date | None

    overdue: Overdue | None


class ToldRequest(BaseModel):
    """Cause and request as intake takes them."""

    model_config = ConfigDict(hide_input_in_errors=True)

    cause: str = Field(repr=False)
    own_words: str = Field(repr=False)
    request_type: str
    amount: Money | None = None
    months: int | None = None
    source: str = "borrower"


class Accounts(Protocol):
    """Intake, as far as accounts and requests go."""

    async def case(self, case_id: UUID, caller: Caller) -> AccountFacts:
        """The case with the figures that intake has. NotFound, Unavailable."""

    async def figures(self, case_id: UUID, caller: Caller, key: str) -> AccountFigures:
        """The case with figures that the core is asked for now, once for each key. NotFound, Conflict, Unavailable."""

    async def record_request(self, case_id: UUID, told: ToldRequest, caller: Caller, key: str) -> None:
        """Record cause and request, once for each key. Conflict when the case does not take one now; Unavailable."""
