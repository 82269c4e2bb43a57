"""Less is owed: fees, accrued interest, or part of the principal go."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from services.common.kernel.money import Money
from services.plans.domain import relief_rules as rules
from services.plans.domain.annuity import annuity_payment, annuity_schedule
from services.plans.domain.catalogue import ReliefType
from services.plans.domain.interest_suspension import percent
from services.plans.domain.relief_terms import WaiverTerms
from services.plans.domain.reliefs.building import (
    Flow,
    claim_after_waivers,
    contract_payments,
    fewest,
    instruction,
    monthly,
    regular_payment,
    terms,
    wished_count,
)
from services.plans.domain.reliefs.facts import Asked
from services.plans.domain.reliefs.judging import Computed, judge
from services.plans.domain.reliefs.terms import Method


def waive(asked: Asked) -> Computed:
    """Fees or accrued interest go; the rest of the arrears is caught up in equal parts, without interest, with the
    first payments of the contract, which goes on."""
    caps, account, wish = asked.caps.waiver, asked.account, asked.wish
    if caps is None:
        raise ValueError("the catalogue says nothing of waivers")
    of_fees = asked.relief is ReliefType.FEE_WAIVE
    owed = account.fees if of_fees else account.accrued_interest
    wished = wish.waived_fees if of_fees else wish.waived_interest
    most = _most(caps, owed, asked.currency)
    waived = most if wished.is_zero else wished
    judged = (
        judge(rules.something_to_waive, most if wished.is_zero else owed),
        judge(rules.within_waiver_cap, waived, most, asked=waived, most=most),
    )
    fees, interest = (waived, asked.zero) if of_fees else (wish.waived_fees, waived)
    left = account.arrears_due_now - fees - interest
    if waived.is_zero:
        return Computed(None, judged)
    if left.is_zero and not account.remaining:
        return Computed(None, (*judged, judge(rules.leaves_something, left)))
    longest = min(caps.max_catch_up_months, asked.cap, account.remaining or asked.cap)
    months = wish.months or fewest(
        lambda n: _catching_up(asked, left, n)[0][1], asked.borrower.max_instalment, 1, longest
    )
    payments = _catching_up(asked, left, months)
    told = instruction(asked, Method.ANNUITY, account.balance_not_yet_due, account.remaining)
    told = replace(told, waived_fees=fees, waived_interest=interest, on_top=left, on_top_months=months)
    caught_up = judge(rules.catches_up_in_time, months, longest, asked=months, most=longest)
    return Computed(terms(asked, payments, told), (*judged, caught_up))


def discount(asked: Asked) -> Computed:
    """Part of the principal goes, the rest is paid at the contract's rate; the least that makes it affordable."""
    caps, account, wish = asked.caps.discount, asked.account, asked.wish
    if caps is None:
        raise ValueError("the catalogue says nothing of discounts")
    claim = claim_after_waivers(asked)
    given = wish.principal_discount or _least_discount(asked, claim, caps.max_percent)
    principal = claim - given
    most = account.principal.times(caps.max_percent / 100, down=True)
    share = percent(given.exact / account.principal.exact * 100, 2)
    judged = (judge(rules.within_discount_cap, given, most, asked=given, percent=share, most=caps.max_percent),)
    count = wished_count(asked, regular_payment(principal, account.annual_rate), 1)
    told = replace(instruction(asked, Method.ANNUITY, principal, count), principal_discount=given)
    payments = annuity_schedule(principal, account.annual_rate, count).payments
    return Computed(terms(asked, monthly(payments), told), judged)


def _most(caps: WaiverTerms, owed: Money, currency: str) -> Money:
    amount = Money.rounded(caps.max_amount.get(currency, Decimal(0)), currency)
    return owed.times(caps.max_percent / 100, down=True).at_most(amount)


def _catching_up(asked: Asked, arrears: Money, months: int) -> list[Flow]:
    """The contract's payments with equal parts of the arrears on top of the first ones; a part by itself after them."""
    contract = contract_payments(asked)
    parts = arrears.split_equally(months)
    zero = asked.zero
    return [
        (k + 1, (contract[k] if k < len(contract) else zero) + (parts[k] if k < months else zero))
        for k in range(max(len(contract), months))
    ]


def _least_discount(asked: Asked, claim: Money, max_percent: Decimal) -> Money:
    """The smallest whole percentage of the principal with which the longest plan is affordable; the highest if none."""
    principal, rate = asked.account.principal, asked.account.annual_rate
    low, high = 1, max(1, int(max_percent))
    while low < high:
        middle = (low + high) // 2
        payment = annuity_payment(claim - principal.times(Decimal(middle) / 100), rate, asked.cap)
        if payment <= asked.borrower.max_instalment:
            high = middle
        else:
            low = middle + 1
    return principal.times(Decimal(low) / 100)
