"""Terms of a plan, and accounts, as the tests of the core-banking port use them."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.common.banking.port import CoreRelief, PlanTerms
from services.common.kernel.money import Money

RELIEFS = pytest.mark.parametrize("relief", list(CoreRelief))
SUS: dict[str, Any] = {
    "account_ref": "SUS",
    "balance": "0",
    "arrears_principal": "48230.15",
    "arrears_interest": "3610.30",
    "arrears_fees": "520.00",
    "term_months": 11,
    "oldest_unpaid_due_date": "2026-02-16",
}


def cny(amount: str) -> Money:
    return Money.of(amount, "CNY")


def terms(**changes: Any) -> PlanTerms:
    whole = PlanTerms(
        plan_key="plan-1",
        account_ref="A1",
        relief_type=CoreRelief.INT_STOP,
        first_due_date=date(2026, 3, 31),
        instalments=12,
        annual_rate=Decimal("0.12"),
        waived_interest=cny("0"),
        waived_fees=cny("0"),
    )
    return replace(whole, **changes)
