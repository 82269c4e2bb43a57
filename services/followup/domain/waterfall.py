"""The order in which a payment is applied, and its application."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.common.kernel.dated import PolicyValue
from services.common.kernel.errors import InvalidInput
from services.common.kernel.money import Money
from services.common.kernel.rule import business_rule


@dataclass(frozen=True, slots=True)
class OrderTerms(PolicyValue):
    """An order of parts of the debt for days past due from `days_from` on, until the next entry."""

    days_from: int
    order: tuple[str, ...]
    rule: str


@dataclass(frozen=True, slots=True)
class WaterfallPolicy(PolicyValue):
    """Orders by product, ascending in days past due; `default` is for products without an agreed order."""

    products: Mapping[str, tuple[OrderTerms, ...]]
    default: tuple[OrderTerms, ...]


@dataclass(frozen=True, slots=True)
class Application:
    """What a payment covered, what stays due, and what is left of it. Parts and remainder sum to the payment."""

    allocated: Mapping[str, Money]
    remaining_due: Mapping[str, Money]
    unapplied: Money


@business_rule(
    id="CN-17",
    group="payment order",
    summary="A card payment goes to interest and fees before principal, and the other way from 91 days past due on.",
    source="ALLOC; days past due are those on the value date",
)
def order_in_force(terms: Sequence[OrderTerms], days_past_due: int) -> OrderTerms:
    """The entry that applies; InvalidInput when none does."""
    found = [t for t in terms if t.days_from <= days_past_due]
    if not found:
        raise InvalidInput("no payment order for these days past due")
    return max(found, key=lambda t: t.days_from)


@business_rule(
    id="CN-18",
    group="payment order",
    summary="Without an agreed order a payment goes to the costs of recovery, then interest, then principal.",
    source="Civil Code 561",
)
def has_agreed_order(product: str, policy: WaterfallPolicy) -> bool:
    return product in policy.products


def order_for(product: str, days_past_due: int, policy: WaterfallPolicy) -> tuple[str, ...]:
    """The order for a payment on an account; `days_past_due` on its value date."""
    terms = policy.products[product] if has_agreed_order(product, policy) else policy.default
    return order_in_force(terms, days_past_due).order


def apply_payment(payment: Money, order: Sequence[str], due: Mapping[str, Money]) -> Application:
    """Fill the parts of `due` in order, none beyond what is due; the rest is unapplied credit.

    InvalidInput when an amount is negative or a part that is due is not in the order (it would never be paid).
    """
    if payment.is_negative or any(amount.is_negative for amount in due.values()):
        raise InvalidInput("payments and amounts due are not negative")
    if not set(due) <= set(order):
        raise InvalidInput("a part of the debt is not in the payment order")
    left = payment
    allocated: dict[str, Money] = {}
    for part in order:
        if part in due:
            allocated[part] = left.at_most(due[part])
            left = left - allocated[part]
    return Application(allocated, {part: due[part] - paid for part, paid in allocated.items()}, left)
