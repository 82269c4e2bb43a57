"""Settlement: less than all, paid soon, and that is the end of it. Worth it to the lender only above a floor."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from services.common.kernel.money import Money
from services.plans.domain import relief_rules as rules
from services.plans.domain.relief_terms import SettlementTerms
from services.plans.domain.reliefs.building import Flow, instruction, terms, unwaived
from services.plans.domain.reliefs.facts import Asked
from services.plans.domain.reliefs.judging import Computed, judge
from services.plans.domain.reliefs.terms import Method
from services.plans.domain.settlement import CashFlow, present_value, settlement

_DAYS_OF_A_MONTH = 30


def settle(asked: Asked) -> Computed:
    """The amount that was asked for, or the least that is worth it, at once or in monthly parts.

    Worth it: at least what is expected otherwise after its cost, and at least the floor's share of the claim, both at
    today's value.
    """
    value, wish = asked.catalogue.value, asked.wish
    caps = next((one for one in asked.caps.settlement if one.age_months.holds(asked.circumstances.age_months)), None)
    of_age = judge(rules.settles_at_this_age, caps is not None and value is not None)
    if caps is None or value is None:
        return Computed(None, (of_age,))
    rate = value.discount_rate
    needed = _needed(asked, caps, rate)
    parts = wish.instalments or _fewest_parts(asked, caps, needed, rate)
    amount = wish.amount or _least(asked, needed, rate, parts)
    offer = _payments(asked, amount, parts)
    found = settlement(
        asked.account.claim,
        rate,
        [CashFlow(month, paid) for month, paid in offer],
        _expected(asked, caps),
        _cost(asked, caps),
        caps.floor_recovery_percent,
    )
    judged = (
        of_age,
        judge(rules.parts_are_few_enough, parts, caps.max_parts, asked=parts, most=caps.max_parts),
        judge(rules.settlement_is_worth_it, found.accept, worth=found.pv_recovery_percent,
              least=caps.floor_recovery_percent, otherwise=found.pv_baseline_net),
    )  # fmt: skip
    told = unwaived(instruction(asked, Method.AS_LISTED, amount, parts))
    told = replace(told, released=asked.account.claim - amount)
    made = terms(asked, offer, told, first_month=first_month(asked))
    return Computed(replace(made, recovery_percent=found.pv_recovery_percent, at_hand=wish.at_hand), judged)


def first_month(asked: Asked) -> int:
    """The month, counted from today and rounded, in which a plan starts that begins sooner or later than a month on."""
    days = (asked.wish.first_due - asked.circumstances.day).days
    return max(0, (days + _DAYS_OF_A_MONTH // 2) // _DAYS_OF_A_MONTH)


def _payments(asked: Asked, amount: Money, parts: int) -> list[Flow]:
    """Equal parts; what is at hand is paid first when it is more than a part."""
    month, at_hand = first_month(asked), asked.wish.at_hand
    amounts = amount.split_equally(parts)
    if at_hand is not None and parts > 1 and amounts[0] < at_hand < amount:
        amounts = (at_hand, *(amount - at_hand).split_equally(parts - 1))
    return list(enumerate(amounts, month))


def _needed(asked: Asked, caps: SettlementTerms, rate: Decimal) -> Fraction:
    """What a settlement must be worth today: the floor's share, and at least what is expected otherwise."""
    claim = asked.account.claim
    floor = claim.exact * Fraction(caps.floor_recovery_percent) / 100
    return max(floor, present_value(_expected(asked, caps), rate) - _cost(asked, caps).exact)


def _expected(asked: Asked, caps: SettlementTerms) -> list[CashFlow]:
    return [CashFlow(e.month, asked.account.claim.times(e.percent / 100), e.probability) for e in caps.expected]


def _cost(asked: Asked, caps: SettlementTerms) -> Money:
    return asked.account.claim.times(caps.collection_cost_percent / 100)


def _least(asked: Asked, needed: Fraction, rate: Decimal, parts: int) -> Money:
    """The least amount that is worth it, to the minor unit; the whole claim when nothing less is."""
    low, high = 1, asked.account.claim.minor
    while low < high:
        middle = (low + high) // 2
        offer = _payments(asked, Money.from_minor(middle, asked.currency), parts)
        if present_value((CashFlow(month, amount) for month, amount in offer), rate) >= needed:
            high = middle
        else:
            low = middle + 1
    return Money.from_minor(low, asked.currency)


def _fewest_parts(asked: Asked, caps: SettlementTerms, needed: Fraction, rate: Decimal) -> int:
    """The fewest parts the borrower can pay; at once when even the most parts are too high."""
    most, at_hand = asked.borrower.max_instalment, asked.wish.at_hand or asked.zero
    # No amount is worth more than itself, so what is needed today bounds the parts from below.
    least = needed if asked.wish.amount is None else asked.wish.amount.exact
    for parts in range(1, caps.max_parts + 1):
        if at_hand.at_least(most).exact + most.exact * (parts - 1) < least:
            continue
        amount = asked.wish.amount or _least(asked, needed, rate, parts)
        first, *later = (one for _, one in _payments(asked, amount, parts))
        if first <= most.at_least(at_hand) and all(one <= most for one in later):
            return parts
    return 1
