"""One row of a portfolio extract: an account at the close of `as_of`, its borrower, and how that person behaves."""

import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Habit = Literal[
    "pays",
    "pays_early",
    "pays_late",
    "pays_short_then_rest",
    "misses_then_cures",
    "breaks_then_second_round",
    "avoids",
    "counters",
    "forgets_evidence",
    "forged_evidence",
    "asks_supervisor",
    "prepays",
]
HABITS: tuple[str, ...] = get_args(Habit)

Amount = Annotated[Decimal, Field(ge=0, max_digits=15, decimal_places=4)]


def _none_when_empty(value: object) -> object:
    return None if value == "" else value


class PortfolioRow(BaseModel):
    """A row as it stands in the file; money is in units of `currency`.

    `balance` is principal not yet due, `arrears_*` what is past due; `oldest_unpaid_due_date` is empty for an account
    that is not past due, whose next period falls on `due_day`. The last six columns are the person's, not the bank's.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    borrower_ref: str = Field(min_length=1, max_length=64)
    name: str = Field(min_length=1, max_length=120, repr=False)
    phone: str = Field(pattern=r"^\+[0-9]{8,15}$", repr=False)
    language: Literal["zh", "en"]
    time_zone: str
    email: Annotated[str | None, BeforeValidator(_none_when_empty)] = Field(default=None, max_length=254, repr=False)
    postal_address: Annotated[str | None, BeforeValidator(_none_when_empty)] = Field(
        default=None, max_length=400, repr=False
    )
    account_ref: str = Field(min_length=1, max_length=64)
    product: Literal["credit_card", "personal_loan", "auto_loan"]
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    principal: Amount
    annual_rate: Annotated[Decimal, Field(ge=0, lt=1)]
    term_months: int = Field(ge=1, le=480)
    months_paid: int = Field(ge=0, le=480)
    due_day: int = Field(ge=1, le=28)
    monthly_payment: Amount
    balance: Amount
    arrears_principal: Amount
    arrears_interest: Amount
    arrears_fees: Amount
    oldest_unpaid_due_date: Annotated[date | None, BeforeValidator(_none_when_empty)]
    as_of: date
    monthly_income: Amount
    living_costs: Amount
    priority_expenses: Amount
    cause: str = Field(pattern=r"^[A-Z_]{3,30}$")
    habit: Habit


COLUMNS: tuple[str, ...] = tuple(PortfolioRow.model_fields)


def read_portfolio(text: str) -> Iterator[PortfolioRow]:
    """The rows of a CSV text with a heading. pydantic's ValidationError for a row of another shape."""
    for record in csv.DictReader(StringIO(text)):
        yield PortfolioRow.model_validate(record)


def write_portfolio(rows: Iterator[PortfolioRow]) -> str:
    """The rows as CSV with a heading and line feeds, so that a committed file is the same everywhere."""
    out = StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: "" if value is None else value for name, value in row.model_dump().items()})
    return out.getvalue()
