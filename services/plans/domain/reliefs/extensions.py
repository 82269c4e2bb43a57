"""The whole claim over a term of instalments: extension, capitalised arrears, re-aging, and the stop of interest."""

from __future__ import annotations

from services.plans.domain import relief_rules as rules
from services.plans.domain.annuity import annuity_schedule
from services.plans.domain.interest_suspension import Claim, interest_suspension
from services.plans.domain.reliefs.building import (
    claim_after_waivers,
    instruction,
    monthly,
    regular_payment,
    terms,
    wished_count,
)
from services.plans.domain.reliefs.facts import Asked
from services.plans.domain.reliefs.judging import Computed, judge
from services.plans.domain.reliefs.terms import Method, Terms


def extend(asked: Asked) -> Computed:
    """The claim over more months than are left, at the contract's rate."""
    made = _annuity(asked, shortest=asked.account.remaining + 1)
    return Computed(
        made,
        (
            judge(rules.lengthens, made.instalments, asked.account.remaining, asked=made.instalments,
                  left=asked.account.remaining),
            judge(rules.within_extension_cap, made.extension_months, asked.caps.max_extension_months,
                  asked=made.extension_months, most=asked.caps.max_extension_months),
        ),
    )  # fmt: skip


def capitalise(asked: Asked) -> Computed:
    """The arrears join the balance; the term and the rate stay, so the instalment rises."""
    left = asked.account.remaining
    judged = (
        judge(rules.payments_are_left, left),
        judge(rules.has_arrears, asked.account.arrears_due_now),
    )
    return Computed(_annuity(asked, shortest=left, count=left) if left else None, judged)


def re_age(asked: Asked) -> Computed:
    """An open account is brought up to date: its arrears are part of what is paid off from now on."""
    found, needed = asked.circumstances, asked.caps.re_age
    if needed is None:
        raise ValueError("the catalogue says nothing of re-aging")
    made = _annuity(asked, shortest=max(1, asked.account.remaining))
    return Computed(
        made,
        (
            judge(rules.account_is_old_enough, found.account_months, needed.min_account_months,
                  found=_known(found.account_months), least=needed.min_account_months),
            judge(rules.has_paid_in_a_row, found.payments_in_a_row, needed.min_payments,
                  found=_known(found.payments_in_a_row), least=needed.min_payments),
        ),
    )  # fmt: skip


def stop_interest(asked: Asked) -> Computed:
    """The claim is fixed and paid in equal parts; no interest runs inside the plan."""
    account, wish = asked.account, asked.wish
    claim = Claim(account.principal, account.accrued_interest, account.fees, wish.waived_interest, wish.waived_fees)
    count = wished_count(asked, lambda n: interest_suspension(claim, n, n).instalment, shortest=1)
    plan = interest_suspension(claim, count, asked.cap)
    told = instruction(asked, Method.EQUAL_PARTS, plan.plan_total, count)
    return Computed(terms(asked, monthly(plan.instalments), told))


def _annuity(asked: Asked, shortest: int, count: int | None = None) -> Terms:
    principal, rate = claim_after_waivers(asked), asked.account.annual_rate
    number = count or wished_count(asked, regular_payment(principal, rate), shortest)
    told = instruction(asked, Method.ANNUITY, principal, number)
    return terms(asked, monthly(annuity_schedule(principal, rate, number).payments), told)


def _known(value: int | None) -> str:
    return "?" if value is None else str(value)
