"""What a borrower reads before talking: contract, schedule, notices, statement, and what may be asked for."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.common.kernel.money import Money


class Contract(BaseModel):
    """What was agreed with the bank, as the core has it."""

    account_ref: str
    product: str
    opened_on: date | None
    annual_rate: Decimal
    regular_payment: Money
    remaining_payments: int


class ScheduleLine(BaseModel):
    """One payment of the schedule in force."""

    number: int
    due_date: date
    amount: Money


class Paid(BaseModel):
    """A payment that stands."""

    on: date
    amount: Money


class Statement(BaseModel):
    """What is owed at the close of a day, and what was paid. `balance` is principal that is not due yet."""

    as_of: date
    balance: Money
    principal_past_due: Money
    interest_past_due: Money
    fees_past_due: Money
    claim: Money
    oldest_unpaid_due_date: date | None
    payments: list[Paid]


class Notice(BaseModel):
    """A message of the institution to the borrower, in the words in which it was sent."""

    at: datetime
    channel: str | None
    what: str
    words: str | None = Field(repr=False)


class Selectable(BaseModel):
    """A type of request that may be chosen."""

    request_type: str
    zh: str
    en: str


class Papers(BaseModel):
    """All of it, read at one moment. `options` that fit come with their conditions; applying is free."""

    case_id: UUID
    contract: Contract
    schedule: list[ScheduleLine]
    statement: Statement
    notices: list[Notice]
    request_types: list[Selectable]
    free_of_charge: dict[str, str]
    options: list[dict[str, Any]]
