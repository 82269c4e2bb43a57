"""Which account a transaction of a file belongs to, and which payment it takes back. Nothing is guessed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from services.common.kernel.money import Money
from services.common.kernel.rule import business_rule


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment that is known under an end-to-end id."""

    reference: str
    account: str
    amount: Money


@business_rule(
    id="FUP-04",
    group="follow-up",
    summary="A transaction belongs to an account only when everything it names that we know names that one account.",
)
def account_of(names: Collection[str | None], accounts: Mapping[str, Collection[str]]) -> tuple[str | None, bool]:
    """The account, and whether several were named; `accounts` are those known by each name."""
    found = {account for name in names if name is not None for account in accounts.get(name, ())}
    return (next(iter(found)), False) if len(found) == 1 else (None, len(found) > 1)


@business_rule(
    id="FUP-05",
    group="follow-up",
    summary="What takes a payment back is of the one payment under its end-to-end id, on its account, of its amount.",
)
def taken_back(amount: Money, account: str | None, payments: Collection[Payment]) -> Payment | None:
    """The payment, None when there is none, several, or one that differs. Without an account, that of the payment."""
    if len(payments) != 1:
        return None
    (payment,) = payments
    return payment if payment.amount == amount and account in (None, payment.account) else None
