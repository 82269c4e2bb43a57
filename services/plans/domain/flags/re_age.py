"""Re-aging of open accounts in the United States: when one may begin anew, and how seldom (US-32)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import count

from services.common.kernel.money import Money
from services.common.kernel.months import add_months
from services.common.kernel.rule import RuleVerdict, business_rule, verdict

_TWICE = 2


@dataclass(frozen=True, slots=True)
class ReAgeTerms:
    """Age of the account and consecutive payments at least, and how often in how long: once in so many months, twice in
    so many years."""

    re_age_min_account_months: int
    re_age_min_payments: int
    re_age_once_per_months: int
    re_age_twice_per_years: int


@dataclass(frozen=True, slots=True)
class ReAgeFacts:
    """The account on the day it would be re-aged. `lump_sum`: as much was paid at once as the payments come to."""

    opened_on: date
    on: date
    consecutive_payments: int
    lump_sum: bool
    willing_and_able: bool
    re_aged_on: tuple[date, ...] = ()


@business_rule(
    id="US-32a",
    group="re-age",
    summary="An account is re-aged only for a borrower who is willing and able to pay.",
    source="Uniform Retail Credit Classification policy",
)
def borrower_shows_ability(facts: ReAgeFacts) -> bool:
    return facts.willing_and_able


@business_rule(
    id="US-32b",
    group="re-age",
    summary="An account is re-aged only when it is old enough.",
    source="Uniform Retail Credit Classification policy",
)
def account_is_old_enough(facts: ReAgeFacts, terms: ReAgeTerms) -> bool:
    return facts.on >= add_months(facts.opened_on, terms.re_age_min_account_months)


@business_rule(
    id="US-32c",
    group="re-age",
    summary="An account is re-aged only after consecutive payments, or as much at once.",
    source="Uniform Retail Credit Classification policy",
)
def payments_were_made(facts: ReAgeFacts, terms: ReAgeTerms) -> bool:
    return facts.lump_sum or facts.consecutive_payments >= terms.re_age_min_payments


@business_rule(
    id="US-32d",
    group="re-age",
    summary="An account is re-aged seldom: once in a year and twice in five.",
    source="Uniform Retail Credit Classification policy",
)
def re_aged_seldom(facts: ReAgeFacts, terms: ReAgeTerms) -> bool:
    return facts.on >= next_re_age(facts.re_aged_on, terms) if facts.re_aged_on else True


def re_age(facts: ReAgeFacts, terms: ReAgeTerms) -> tuple[RuleVerdict, ...]:
    """Ask every rule of re-aging."""
    return (
        verdict(borrower_shows_ability, borrower_shows_ability(facts)),
        verdict(account_is_old_enough, account_is_old_enough(facts, terms)),
        verdict(payments_were_made, payments_were_made(facts, terms)),
        verdict(re_aged_seldom, re_aged_seldom(facts, terms)),
    )


def next_re_age(re_aged_on: Iterable[date], terms: ReAgeTerms) -> date:
    """The first day on which an account may be re-aged again. ValueError when it never was."""
    days = sorted(re_aged_on)
    allowed = [add_months(days[-1], terms.re_age_once_per_months)]
    if len(days) >= _TWICE:
        allowed.append(add_months(days[-_TWICE], 12 * terms.re_age_twice_per_years))
    return max(allowed)


def payments_in_a_row(payments: Iterable[tuple[date, Money]], usual: Money, day: date) -> int:
    """Whole months back from a day in each of which no less than the usual payment came in; a lump sum in the last of
    them counts for as many as it is worth. None came in a row when nothing is usual."""
    if not usual.is_positive:
        return 0
    came: dict[int, Money] = {}
    for on, amount in payments:
        if on <= day:
            month = next(k for k in count() if add_months(day, -(k + 1)) < on)
            came[month] = came.get(month, Money.zero(usual.currency)) + amount
    in_a_row = next(k for k in count() if k not in came or came[k] < usual)
    return max(in_a_row, came[0].minor // usual.minor) if 0 in came else in_a_row
