"""A row of an extract in our words."""

from datetime import date
from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from services.common.kernel.money import Money
from services.common.kernel.said import SaidDay
from services.intake.schemas import Email, Language, Portfolio, PostalAddress, Reference, TimeZone


class ImportedRow(BaseModel):
    """An account past due and its borrower, at the close of `as_of`; what an extract does not know is None."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    borrower_ref: Reference
    name: Annotated[str, Field(min_length=1, max_length=120)] | None = Field(default=None, repr=False)
    phone: Annotated[str, Field(min_length=5, max_length=32)] | None = Field(default=None, repr=False)
    national_id: Annotated[str, Field(min_length=4, max_length=40)] | None = Field(default=None, repr=False)
    email: Email | None = Field(default=None, repr=False)
    postal_address: PostalAddress | None = Field(default=None, repr=False)
    language: Language | None = None
    time_zone: TimeZone | None = None
    account_ref: Reference
    product: str = Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    portfolio: Portfolio | None = None
    arrears: Money
    balance: Money
    oldest_unpaid_due_date: date | None = None
    as_of: date
    limitation_from: SaidDay | None = None
    pack: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,19}$")] | None = None


class Fields(NamedTuple):
    """The fields that a mapping must give, and those that it may."""

    needed: tuple[str, ...]
    optional: tuple[str, ...]


FIELDS = Fields(
    tuple(name for name, field in ImportedRow.model_fields.items() if field.is_required()),
    tuple(name for name, field in ImportedRow.model_fields.items() if not field.is_required()),
)
