"""Postings of the core as a set: received twice, late and in any order, reversals before what they reverse."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from services.common.kernel.errors import InvalidInput
from services.common.kernel.money import CurrencyMismatch, Money


class PostingKind(StrEnum):
    """A payment, or what takes one back: its reversal, or the return of a direct debit."""

    PAYMENT = "payment"
    REVERSAL = "reversal"
    RETURN = "return"


@dataclass(frozen=True, slots=True)
class Posting:
    """One posting by the bank's own reference. `amount` is positive; what takes a payment back names it in `reverses`.

    It counts from `value_date`, which lies before `booking_date` when it is back-dated; `known_at` is when we heard of
    it. Two channels may differ in these two, and are still about one posting.
    """

    reference: str
    kind: PostingKind
    amount: Money
    value_date: date
    reverses: str | None = None
    account: str = ""
    booking_date: date | None = field(default=None, compare=False)
    known_at: datetime | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if not self.amount.is_positive:
            raise InvalidInput("the amount of a posting is positive", fields=[("#/amount", "not positive")])
        if (self.kind is PostingKind.PAYMENT) is not (self.reverses is None):
            raise InvalidInput(
                "a reversal, and only a reversal, names what it reverses",
                fields=[("#/reverses", "missing or too much")],
            )


@dataclass(frozen=True, slots=True)
class EffectivePayment:
    """A payment after its reversals; it counts from its value date, as if the reversed part never came."""

    reference: str
    value_date: date
    amount: Money


@dataclass(frozen=True, slots=True)
class EffectivePayments:
    """Payments in value-date order, and the references of reversals whose payment is not in the set (yet)."""

    payments: tuple[EffectivePayment, ...]
    unmatched_reversals: tuple[str, ...]


def without_repetitions(postings: Iterable[Posting]) -> list[Posting]:
    """Each posting once, as it was heard of first, in one order.

    InvalidInput when one reference stands for two different postings.
    """
    by_reference: dict[str, Posting] = {}
    for posting in postings:
        known = by_reference.setdefault(posting.reference, posting)
        if known is posting:
            continue
        if known != posting:
            raise InvalidInput("one posting reference stands for two different postings")
        if posting.known_at is not None and known.known_at is not None and posting.known_at < known.known_at:
            by_reference[posting.reference] = posting
    return [by_reference[reference] for reference in sorted(by_reference)]


def effective_payments(postings: Iterable[Posting], currency: str) -> EffectivePayments:
    """Net the set of postings. The result does not depend on their order, nor on repetitions.

    A payment is never reversed below zero. InvalidInput when one reference stands for two different postings;
    CurrencyMismatch when a posting is in another currency.
    """
    known = without_repetitions(postings)
    if any(one.amount.currency != currency for one in known):
        raise CurrencyMismatch(f"a posting is not in {currency}")
    left = {one.reference: one.amount.minor for one in known if one.reverses is None}
    unmatched: list[str] = []
    for one in known:
        if one.reverses is None:
            continue
        if one.reverses in left:
            left[one.reverses] = max(0, left[one.reverses] - one.amount.minor)
        else:
            unmatched.append(one.reference)
    payments = [
        EffectivePayment(one.reference, one.value_date, Money.from_minor(left[one.reference], currency))
        for one in known
        if left.get(one.reference, 0) > 0
    ]
    return EffectivePayments(tuple(sorted(payments, key=lambda one: (one.value_date, one.reference))), tuple(unmatched))
