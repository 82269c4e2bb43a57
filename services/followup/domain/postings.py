"""Postings of the core as a set: received twice, late and in any order, reversals before what they reverse."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.common.kernel.errors import InvalidInput
from services.common.kernel.money import Money


class PostingKind(StrEnum):
    """A payment, or the reversal of one."""

    PAYMENT = "payment"
    REVERSAL = "reversal"


@dataclass(frozen=True, slots=True)
class Posting:
    """One posting by the bank's own reference. `amount` is positive; a reversal names the payment it `reverses`."""

    reference: str
    kind: PostingKind
    amount: Money
    value_date: date
    reverses: str | None = None

    def __post_init__(self) -> None:
        if not self.amount.is_positive:
            raise InvalidInput("the amount of a posting is positive", fields=[("#/amount", "not positive")])
        if (self.kind is PostingKind.REVERSAL) is not (self.reverses is not None):
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


def effective_payments(postings: Iterable[Posting], currency: str) -> EffectivePayments:
    """Net the set of postings. The result does not depend on their order, nor on repetitions.

    A payment is never reversed below zero. InvalidInput when one reference stands for two different postings;
    CurrencyMismatch when a posting is in another currency.
    """
    by_reference: dict[str, Posting] = {}
    for posting in postings:
        if by_reference.setdefault(posting.reference, posting) != posting:
            raise InvalidInput("one posting reference stands for two different postings")
    zero = Money.zero(currency)
    reversed_amount: dict[str, Money] = {}
    unmatched: list[str] = []
    for posting in by_reference.values():
        if posting.reverses is None:
            continue
        original = by_reference.get(posting.reverses)
        if original is None or original.kind is not PostingKind.PAYMENT:
            unmatched.append(posting.reference)
        else:
            reversed_amount[posting.reverses] = reversed_amount.get(posting.reverses, zero) + posting.amount
    payments = (
        EffectivePayment(p.reference, p.value_date, (p.amount - reversed_amount.get(p.reference, zero)).at_least(zero))
        for p in by_reference.values()
        if p.kind is PostingKind.PAYMENT
    )
    ordered = sorted((p for p in payments if p.amount > zero), key=lambda p: (p.value_date, p.reference))
    return EffectivePayments(tuple(ordered), tuple(sorted(unmatched)))
