"""The order in which a payment is applied, and its application.

The orders are the law's: of cards by days past due on the value date (CN-17), of loans without an agreed order (CN-18).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from services.common.kernel.dated import PolicyValue
from services.common.kernel.errors import InvalidInput
from services.common.kernel.formula import formula
from services.common.kernel.money import Money
from services.common.kernel.rule import business_rule

PRINCIPAL, INTEREST, FEES = "principal", "interest", "fees"
CARD = "credit_card"


@dataclass(frozen=True, slots=True)
class CardOrder(PolicyValue):
    """From how many days past due on a card payment goes to principal first."""

    principal_first_from_days_past_due: int


@dataclass(frozen=True, slots=True)
class LoanOrder(PolicyValue):
    """The parts of a loan without an agreed order, joined by dashes."""

    order: str


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
def card_order(days_past_due: int, terms: CardOrder) -> tuple[str, ...]:
    if days_past_due >= terms.principal_first_from_days_past_due:
        return PRINCIPAL, INTEREST, FEES
    return INTEREST, FEES, PRINCIPAL


@business_rule(
    id="CN-18",
    group="payment order",
    summary="Without an agreed order a payment goes to the costs of recovery, then interest, then principal.",
    source="Civil Code 561; fees are taken with the interest",
)
def loan_order(terms: LoanOrder) -> tuple[str, ...]:
    named = terms.order.split("-")
    return tuple(part for one in named for part in ((one, FEES) if one == INTEREST else (one,)))


def order_for(product: str, days_past_due: int, card: CardOrder, loan: LoanOrder) -> tuple[str, ...]:
    """The order for a payment on an account; `days_past_due` on its value date."""
    return card_order(days_past_due, card) if product == CARD else loan_order(loan)


def apply_payment(payment: Money, order: Sequence[str], due: Mapping[str, Money]) -> Application:
    """Fill the parts of `due` in order, none beyond what is due; the rest is unapplied credit.

    InvalidInput when an amount is negative, a part is named twice, or one that is due is not in the order (it would
    never be paid).
    """
    if payment.is_negative or any(amount.is_negative for amount in due.values()):
        raise InvalidInput("payments and amounts due are not negative")
    if len(set(order)) != len(order) or not set(due) <= set(order):
        raise InvalidInput("each part of the debt is in the payment order, once")
    left = payment
    allocated: dict[str, Money] = {}
    for part in order:
        if part in due:
            allocated[part] = left.at_most(due[part])
            left = left - allocated[part]
    return Application(allocated, {part: due[part] - paid for part, paid in allocated.items()}, left)


@dataclass(frozen=True, slots=True)
class WaterfallAsked(PolicyValue):
    """A payment and what is due. Without an `order` it is that of the `product`; amounts as decimal strings."""

    payment: str
    days_past_due: int
    due: Mapping[str, str]
    currency: str
    order: tuple[str, ...] | None = None
    product: str | None = None


@dataclass(frozen=True, slots=True)
class WaterfallAnswer:
    """The application in plain amounts."""

    allocated: Mapping[str, Decimal]
    remaining_due: Mapping[str, Decimal]
    unapplied: Decimal


@formula("payment_waterfall", card="CN-17", loan="CN-18")
def payment_waterfall(asked: WaterfallAsked, card: CardOrder, loan: LoanOrder) -> WaterfallAnswer:
    """What a payment covers of each part of the debt, in the order that is named or that the law says."""
    if asked.days_past_due < 0:
        raise InvalidInput("days past due are not negative")
    if asked.order is None and asked.product is None:
        raise InvalidInput("name the order of the parts, or the product of which the order is known")
    order = order_for(asked.product or "", asked.days_past_due, card, loan) if asked.order is None else asked.order
    due = {part: Money.of(amount, asked.currency) for part, amount in asked.due.items()}
    found = apply_payment(Money.of(asked.payment, asked.currency), order, due)
    return WaterfallAnswer(
        {part: money.amount for part, money in found.allocated.items()},
        {part: money.amount for part, money in found.remaining_due.items()},
        found.unapplied.amount,
    )
