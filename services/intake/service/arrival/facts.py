"""What a report says of a borrower and an account, and the columns that it becomes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from services.common.kernel.errors import InvalidInput
from services.common.kernel.money import Money
from services.common.runtime.encryption import digest, normal_id, normal_phone
from services.intake.domain.dpd import days_past_due
from services.intake.errors import FactsContradict
from services.intake.policies import CasePolicy, Policies
from services.intake.repository import borrowers


@dataclass(frozen=True, slots=True)
class Profile:
    """What a report says of a borrower; None is not known. `phone` and `national_id` as they were written."""

    borrower_ref: str
    name: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)
    national_id: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    postal_address: str | None = field(default=None, repr=False)
    language: str | None = None
    time_zone: str | None = None


@dataclass(frozen=True, slots=True)
class AccountReport:
    """What a report says of an account at the close of `as_of`; `portfolio` and `pack` are None where it says none.

    `limitation_from`: from which day the time counts in which the debt can be claimed in court; None is not known.
    """

    account_ref: str
    product: str
    arrears: Money
    balance: Money
    oldest_unpaid_due_date: date | None
    as_of: date
    portfolio: str | None = None
    pack: str | None = None
    limitation_from: date | None = None


def borrower_values(
    profile: Profile, borrower_id: UUID, source: str, as_of: date, policy: CasePolicy
) -> dict[str, Any]:
    """The row of a borrower; language and time zone default to the policy's and then have no origin.

    InvalidInput for a telephone number or identity number that cannot be one.
    """
    phone = _normal(profile.phone, lambda text: normal_phone(text, policy.phone_region), "phone")
    national_id = _normal(profile.national_id, normal_id, "national_id")
    found = {
        "name": profile.name,
        "phone": phone,
        "national_id": national_id,
        "email": None if profile.email is None else profile.email.strip(),
        "postal_address": None if profile.postal_address is None else profile.postal_address.strip(),
        "language": profile.language,
        "time_zone": profile.time_zone,
    }
    return {
        **found,
        "borrower_id": borrower_id,
        "borrower_ref": profile.borrower_ref,
        "language": profile.language or policy.language,
        "time_zone": profile.time_zone or policy.time_zone,
        "phone_digest": None if phone is None else digest(phone, "phone"),
        "national_id_digest": None if national_id is None else digest(national_id, "national_id"),
        "provenance": borrowers.provenance(found, source, as_of),
    }


def account_values(account: AccountReport, source: str, policies: Policies) -> dict[str, Any]:
    """The columns of a case that come from an account, with days past due and bucket at `as_of`.

    A report that says nothing of the time of the debt has no column for it: what was said before stays. FactsContradict
    when the amounts are of two currencies or negative, when something is past due without a date, or when that time
    counts from a day that has not come.
    """
    if account.arrears.currency != account.balance.currency:
        raise FactsContradict("two currencies", fields=[("#/balance/currency", "is not the currency of the arrears")])
    for name in ("arrears", "balance"):
        if getattr(account, name).is_negative:
            raise FactsContradict("an amount is negative", fields=[(f"#/{name}/amount", "must not be negative")])
    oldest = account.oldest_unpaid_due_date
    if oldest is None and account.arrears.is_positive:
        raise FactsContradict(
            "arrears without a date", fields=[("#/oldest_unpaid_due_date", "is needed when there are arrears")]
        )
    since = account.limitation_from
    if since is not None and since > account.as_of:
        raise FactsContradict(
            "the time of the debt has not begun", fields=[("#/limitation_from", "is a day that has not come")]
        )
    days = days_past_due(oldest, account.as_of).effective
    return {
        **({} if since is None else {"limitation_from": since}),
        "product": account.product,
        "currency": account.arrears.currency,
        "arrears": account.arrears.amount,
        "balance": account.balance.amount,
        "oldest_unpaid_due_date": oldest,
        "facts_as_of": account.as_of,
        "facts_source": source,
        "days_past_due": days,
        "bucket": policies.arrears(account.as_of).bucket(days),
    }


def _normal(text: str | None, read: Callable[[str], str], fact: str) -> str | None:
    if text is None:
        return None
    try:
        return read(text)
    except ValueError as error:
        raise InvalidInput(f"{fact} cannot be read", fields=[(f"#/borrower/{fact}", str(error))]) from None
