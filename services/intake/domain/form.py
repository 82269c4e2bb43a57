"""The intake form: eleven things to know of a borrower in arrears, and where what is said contradicts the core."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from services.common.kernel.dated import PolicyValue
from services.common.kernel.rule import business_rule


class FormField(StrEnum):
    """What is asked, in the order of the form."""

    ADDRESS = "address"  # where they live
    FAMILY = "family"  # who lives with them, and on them
    PHONE = "phone"
    LOAN_REASON = "loan_reason"  # why the debt was taken up
    AMOUNT = "amount"  # what is owed in all, in the currency of the account
    TERM = "term"  # months that are left
    LOAN_USE = "loan_use"  # what the money went to
    OVERDUE_STATUS = "overdue_status"  # "yes" or "no"
    OVERDUE_SINCE = "overdue_since"  # the oldest day that was not paid
    REPAYMENT_SOURCE = "repayment_source"  # from what they could pay
    REPAYMENT_PLAN = "repayment_plan"  # how they would like to pay


@dataclass(frozen=True, slots=True)
class FormPolicy(PolicyValue):
    """From which difference on a statement contradicts the core, and until when somebody has asked."""

    amount_percent: int
    since_days: int
    query_days: int


def canonical(field: FormField, said: str) -> str:
    """A value in the form in which it is compared. ValueError, with what is asked for, when it cannot be one."""
    text = said.strip()
    if field is FormField.AMOUNT:
        try:
            amount = Decimal(text)
        except InvalidOperation:
            raise ValueError("is an amount like 1234.50") from None
        if not amount.is_finite() or amount < 0:
            raise ValueError("is an amount like 1234.50")
        return str(amount)
    if field is FormField.OVERDUE_SINCE:
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            raise ValueError("is a day like 2026-03-02") from None
    if field is FormField.OVERDUE_STATUS and text not in ("yes", "no"):
        raise ValueError("is yes or no")
    if field is FormField.TERM and not (text.isdecimal() and int(text) <= 600):
        raise ValueError("is a number of months")
    return text


@business_rule(
    id="FRM-01",
    group="intake form",
    summary="What is said of a debt and what the core has may differ by the policy's share or days; beyond that "
    "somebody asks.",
)
def agree(field: FormField, said: str, core: str, policy: FormPolicy) -> bool:
    if field is FormField.AMOUNT:
        owed = Decimal(core)
        return abs(Decimal(said) - owed) * 100 <= owed * policy.amount_percent
    if field is FormField.OVERDUE_SINCE:
        return abs((date.fromisoformat(said) - date.fromisoformat(core)).days) <= policy.since_days
    return "".join(said.split()).casefold() == "".join(core.split()).casefold()


def contradictions(
    said: Mapping[FormField, str], core: Mapping[FormField, str], policy: FormPolicy
) -> frozenset[FormField]:
    """The fields in which what was said and the core do not agree; where one of them is silent nothing contradicts."""
    return frozenset(
        field for field, value in said.items() if field in core and not agree(field, value, core[field], policy)
    )
