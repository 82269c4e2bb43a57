"""No change of terms: a short hold while evidence is pending, and a promise to pay the arrears on a day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from services.common.kernel.money import Money
from services.plans.domain import relief_rules as rules
from services.plans.domain.penalty import penalty_interest
from services.plans.domain.reliefs.building import contract_payments, instruction, monthly, terms, unwaived
from services.plans.domain.reliefs.facts import Asked
from services.plans.domain.reliefs.judging import Computed, judge
from services.plans.domain.reliefs.terms import Method


@dataclass(frozen=True, slots=True)
class Hold:
    """Nothing is asked for until and with this day; the interest that runs on meanwhile, at the contract's rate."""

    until: date
    days: int
    interest: Money


def hold(asked: Asked) -> Hold:
    """The longest interim hold that the catalogue allows, from today."""
    caps, account, day = asked.caps.hold, asked.account, asked.circumstances.day
    if caps is None:
        raise ValueError("the catalogue says nothing of holds")
    until = day + timedelta(days=caps.max_days - 1)
    ends = until + timedelta(days=1)
    # No penalty rate: who waits for evidence is not punished for it.
    found = penalty_interest(account.principal, account.annual_rate, Decimal(0), day, ends, caps.day_count_basis)
    return Hold(until, caps.max_days, found.interest)


def promise(asked: Asked) -> Computed:
    """The arrears, or the amount promised, in one payment; the contract goes on."""
    caps, day = asked.caps.promise, asked.circumstances.day
    if caps is None:
        raise ValueError("the catalogue says nothing of promises")
    owed = asked.account.arrears_due_now
    on = min(asked.wish.first_due, day + timedelta(days=caps.max_days))
    amount = asked.wish.amount or owed
    judged = (
        judge(rules.has_arrears, owed),
        judge(rules.promise_is_within_arrears, amount, owed, asked=amount, most=owed),
    )
    if not owed.is_positive:
        return Computed(None, judged)
    told = unwaived(instruction(asked, Method.AS_LISTED, amount, 1))
    promised = replace(asked, wish=replace(asked.wish, first_due=on))
    later = list(contract_payments(asked))
    # What was not promised stays due: it is compared as paid with the next payment.
    rest = owed - amount
    if not rest.is_negative and rest.is_positive:
        later = [later[0] + rest, *later[1:]] if later else [rest]
    made = terms(promised, [(0, amount)], replace(told, starts_on=on), monthly(later), first_month=0)
    return Computed(replace(made, at_hand=asked.wish.at_hand), judged)
