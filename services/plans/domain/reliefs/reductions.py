"""Lower payments: a smaller amount for a time with a review, and a lower rate for good."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_CEILING, Decimal

from services.common.kernel.money import Money
from services.common.kernel.months import add_months
from services.plans.domain import relief_rules as rules
from services.plans.domain.annuity import annuity_payment, annuity_schedule, monthly_rate
from services.plans.domain.reliefs.building import (
    claim_after_waivers,
    contract_payments,
    instruction,
    monthly,
    regular_payment,
    terms,
    unwaived,
    wished_count,
    wished_months,
)
from services.plans.domain.reliefs.facts import Asked
from services.plans.domain.reliefs.judging import Computed, judge
from services.plans.domain.reliefs.service_members import capped_rate
from services.plans.domain.reliefs.terms import Method


def reduce_payment(asked: Asked) -> Computed:
    """A smaller payment for some months. Interest goes on, is paid first, and bears no interest itself; what is not
    paid is parked until the review, and is shown as going on over the payments that are left if nothing is agreed."""
    caps = asked.caps.reduced
    if caps is None:
        raise ValueError("the catalogue says nothing of smaller payments")
    months = wished_months(asked, caps.usual_months)
    contract = contract_payments(asked)
    usual = contract[0] if contract else asked.account.claim
    token = caps.token.get(asked.currency)
    amount = asked.wish.amount or _bearable(asked, usual, token)
    if not amount.is_positive and asked.borrower.deficit:
        return Computed(None, (judge(rules.token_is_known, token is not None, currency=asked.currency),))
    judged = [
        judge(rules.reduced_time_is_short_enough, months, caps.max_months, asked=months, most=caps.max_months),
        judge(rules.payment_is_reduced, amount, usual, asked=amount, usual=usual),
    ]
    if asked.borrower.deficit:
        most = Money.rounded(token or Decimal(0), asked.currency)
        judged.append(judge(rules.deficit_bears_a_token, amount, most, asked=amount, most=most))
    parked = _parked(asked, amount, months)
    if not (amount.is_positive and parked.is_positive):
        return Computed(None, (*judged, judge(rules.leaves_something, parked)))
    left = asked.account.remaining
    later = annuity_schedule(parked, asked.account.annual_rate, max(1, left)).payments
    review = add_months(asked.wish.first_due, months - 1)
    told = unwaived(instruction(asked, Method.AS_LISTED, asked.account.claim, months))
    told = replace(told, annual_rate=asked.account.annual_rate, parked=parked, review_date=review)
    return Computed(terms(asked, monthly([amount] * months), told, monthly(later, months + 1)), tuple(judged))


def cut_rate(asked: Asked) -> Computed:
    """The claim at a lower rate: the highest that is affordable, in the catalogue's steps, over the payments left."""
    caps, contract = asked.caps.rate, asked.account.annual_rate
    if caps is None:
        raise ValueError("the catalogue says nothing of rates")
    principal = claim_after_waivers(asked)
    count = asked.wish.instalments or asked.account.remaining
    if not count:
        count = wished_count(asked, regular_payment(principal, min(caps.lowest, contract)), 1)
    rate = asked.wish.annual_rate
    if rate is None:
        rate = _highest_affordable(asked, principal, count, contract, caps.lowest, caps.step)
        lawful = capped_rate(asked)
        rate = rate if lawful is None else min(rate, lawful)
    judged = (judge(rules.rate_is_cut, rate, contract, caps.lowest, asked=_percent(rate), contract=_percent(contract),
                    least=_percent(caps.lowest)),)  # fmt: skip
    told = replace(instruction(asked, Method.ANNUITY, principal, count), annual_rate=rate)
    return Computed(terms(asked, monthly(annuity_schedule(principal, rate, count).payments), told), judged)


def _bearable(asked: Asked, usual: Money, token: Decimal | None) -> Money:
    """What is left each month, below what is due each month; in a deficit the token."""
    if asked.borrower.deficit:
        return Money.rounded(token or Decimal(0), asked.currency)
    below = usual - Money.from_minor(1, asked.currency)
    return asked.borrower.max_instalment.at_most(below)


def _parked(asked: Asked, amount: Money, months: int) -> Money:
    rate = monthly_rate(asked.account.annual_rate)
    principal, unpaid = asked.account.claim, asked.zero
    for _ in range(months):
        unpaid += principal.times(rate)
        of_interest = unpaid.at_most(amount)
        unpaid -= of_interest
        principal -= amount - of_interest
        if principal.is_negative:
            return asked.zero
    return principal + unpaid


def _highest_affordable(
    asked: Asked, principal: Money, count: int, contract: Decimal, lowest: Decimal, step: Decimal
) -> Decimal:
    """Steps below the contract's rate, one at least and as many as the payment needs; not below the lowest."""
    steps = max(1, int(((contract - lowest) / step).to_integral_value(ROUND_CEILING)))
    low, high = 1, steps
    while low < high:
        middle = (low + high) // 2
        if annuity_payment(principal, max(contract - middle * step, lowest), count) <= asked.borrower.max_instalment:
            high = middle
        else:
            low = middle + 1
    return min(contract, max(contract - low * step, lowest))


def _percent(rate: Decimal) -> str:
    return f"{(rate * 100).normalize():f}"
