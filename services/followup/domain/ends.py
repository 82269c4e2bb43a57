"""What an end of a case means for the credit record."""

from __future__ import annotations

from typing import Final, Literal

from services.common.kernel.rule import business_rule

CreditStatus = Literal["paid_as_agreed", "arrears_cleared", "settled", "sold", "discharged"]
_REPORTED: Final[dict[str, CreditStatus]] = {
    "PLAN_COMPLETED": "paid_as_agreed",
    "CURED": "arrears_cleared",
    "SETTLED": "settled",
    "SOLD": "sold",
    "BANKRUPT": "discharged",
}


@business_rule(
    id="FUP-12",
    group="follow-up",
    summary="At an end after which nothing, or nobody else, is owed, what was reported of the account is corrected; of "
    "a person who died nothing is reported.",
)
def credit_status(reason: str) -> CreditStatus | None:
    """What is reported of an account whose case ended for a reason; None when the record stands as it is."""
    return _REPORTED.get(reason)
