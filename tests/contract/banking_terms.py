"""Terms of a plan, and accounts, as the tests of the core-banking port use them."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.common.banking.port import PLAIN, Arrangement, CoreMethod, CoreRelief, PlanTerms
from services.common.kernel.money import Money

# One of each kind: made of the claim alone, of equal parts, with a pause, of listed amounts, with arrears on top.
RELIEFS = pytest.mark.parametrize(
    "relief",
    [CoreRelief.EXTEND, CoreRelief.INT_STOP, CoreRelief.DEFER_CAP, CoreRelief.REDUCED, CoreRelief.FEE_WAIVE],
)
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
    made = replace(whole, **changes)
    if made.relief_type in PLAIN or made.arrangement is not None:
        return made
    waived = {name: value for name, value in _WAIVED.get(made.relief_type, {}).items() if name not in changes}
    return replace(made, arrangement=arrangement(made.relief_type, made.instalments), **waived)


def arrangement(relief: CoreRelief, count: int, **changes: Any) -> Arrangement:
    """What a relief makes of the account A1, whose claim is 14,240.00, in `count` payments."""
    zero = cny("0")
    plain = Arrangement(
        method=CoreMethod.ANNUITY,
        claim=cny("14240.00"),
        principal=cny("14240.00"),
        annual_rate=Decimal("0.12"),
        pause_months=0,
        on_top=zero,
        on_top_months=0,
        forgone_interest=zero,
        principal_discount=zero,
        parked=zero,
        released=zero,
    )
    listed: dict[str, Any] = {"method": CoreMethod.AS_LISTED, "amounts": (cny("500.00"),) * count}
    left = cny("14240.00") - cny("500.00").times(count)
    special: dict[CoreRelief, dict[str, Any]] = {
        CoreRelief.DEFER_CAP: {"pause_months": 2, "principal": cny("14526.22")},
        CoreRelief.DEFER_SPREAD: {"pause_months": 2, "on_top": cny("284.80"), "on_top_months": count},
        CoreRelief.DEFER_WAIVE: {"pause_months": 2, "forgone_interest": cny("284.80")},
        CoreRelief.REDUCED: {**listed, "parked": left},
        CoreRelief.RATE_CUT: {"annual_rate": Decimal("0.06")},
        CoreRelief.FEE_WAIVE: {"principal": cny("12000.00"), "on_top": cny("2180.00"), "on_top_months": 3},
        CoreRelief.INT_WAIVE: {"principal": cny("12000.00"), "on_top": cny("1960.00"), "on_top_months": 3},
        CoreRelief.PRIN_DISC: {"principal": cny("13000.00"), "principal_discount": cny("1240.00")},
        CoreRelief.SETTLE: {**listed, "released": left},
    }
    return replace(plain, **special.get(relief, {}), **changes)


_WAIVED: dict[CoreRelief, dict[str, Any]] = {
    CoreRelief.FEE_WAIVE: {"waived_fees": cny("60.00")},
    CoreRelief.INT_WAIVE: {"waived_interest": cny("280.00")},
}
