"""Payment pauses: nothing is paid for some months, and their interest is added, collected later or waived."""

from __future__ import annotations

from dataclasses import replace

from services.plans.domain import relief_rules as rules
from services.plans.domain.annuity import annuity_schedule
from services.plans.domain.catalogue import ReliefType
from services.plans.domain.deferral import DeferralMode, deferral
from services.plans.domain.reliefs.building import claim_after_waivers, instruction, monthly, terms, wished_months
from services.plans.domain.reliefs.facts import Asked
from services.plans.domain.reliefs.judging import Computed, judge
from services.plans.domain.reliefs.terms import Method

_MOVES_THE_END = {
    ReliefType.DEFER_CAP: DeferralMode.CAPITALISE_EXTEND,
    ReliefType.DEFER_SPREAD: DeferralMode.SPREAD_EXTEND,
    ReliefType.DEFER_WAIVE: DeferralMode.WAIVE_EXTEND,
}


def defer(asked: Asked) -> Computed:
    """Pause, then go on with the whole claim over the payments that are left.

    With the maturity kept (only when the interest is added) fewer payments are left and each is higher: what comes
    after the pause is what must be affordable.
    """
    pause, left = asked.caps.pause, asked.account.remaining
    if pause is None:
        raise ValueError("the catalogue says nothing of pauses")
    months = wished_months(asked, pause.usual_months)
    judged = [
        judge(rules.payments_are_left, left),
        judge(rules.pause_is_short_enough, months, pause.max_months, asked=months, most=pause.max_months),
    ]
    mode = _MOVES_THE_END[asked.relief]
    if asked.wish.keep_maturity and mode is DeferralMode.CAPITALISE_EXTEND:
        mode = DeferralMode.CAPITALISE_FIXED_MATURITY
        judged.append(judge(rules.pause_leaves_payments, months, left, asked=months, left=left))
    if not left or (mode is DeferralMode.CAPITALISE_FIXED_MATURITY and months >= left):
        return Computed(None, tuple(judged))
    found = deferral(claim_after_waivers(asked), asked.account.annual_rate, left, months, mode)
    spread = found.deferral_interest if mode is DeferralMode.SPREAD_EXTEND else asked.zero
    regular = annuity_schedule(found.new_principal, asked.account.annual_rate, found.payments).payments
    on_top = spread.split_equally(found.payments)
    payments = [one + part for one, part in zip(regular, on_top, strict=True)]
    told = replace(
        instruction(asked, Method.ANNUITY, found.new_principal, found.payments),
        pause_months=months,
        on_top=spread,
        on_top_months=0 if spread.is_zero else found.payments,
        forgone_interest=found.interest_forgone,
    )
    return Computed(terms(asked, monthly(payments, months + 1), told), tuple(judged))
