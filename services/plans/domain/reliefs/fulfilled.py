"""Whether terms are what was wished for: a wish that a relief cannot fulfil is said, not passed over."""

from __future__ import annotations

from services.plans.domain.catalogue import ReliefType
from services.plans.domain.reliefs.facts import Wish
from services.plans.domain.reliefs.terms import Terms

_OF_ONE_AMOUNT = frozenset({ReliefType.REDUCED, ReliefType.PTP})


def unfulfilled(wish: Wish, terms: Terms, *, waives_by_itself: bool) -> list[str]:
    """The names of what was wished for and is otherwise in the terms. `waives_by_itself`: a waiver of nothing stands
    for as much as is allowed."""
    told = terms.instruction
    found = {
        "first_due_date": wish.first_due == told.starts_on,
        "instalments": wish.instalments in (None, terms.instalments),
        "waived_interest": wish.waived_interest == told.waived_interest
        or (waives_by_itself and wish.waived_interest.is_zero),
        "waived_fees": wish.waived_fees == told.waived_fees or (waives_by_itself and wish.waived_fees.is_zero),
        "months": wish.months in (None, _months(terms)),
        "amount": wish.amount is None or wish.amount == _amount(terms),
        "annual_rate": wish.annual_rate in (None, told.annual_rate),
        "principal_discount": wish.principal_discount is None or wish.principal_discount == told.principal_discount,
        "at_hand": wish.at_hand == terms.at_hand,
        "keep_maturity": not wish.keep_maturity or terms.relief is ReliefType.DEFER_CAP,
    }
    return [name for name, as_wished in found.items() if not as_wished]


def _months(terms: Terms) -> int | None:
    """What `months` of a wish means for the relief; None when it means nothing."""
    if terms.relief is ReliefType.REDUCED:
        return terms.instalments
    return terms.instruction.pause_months or terms.instruction.on_top_months or None


def _amount(terms: Terms) -> object:
    if terms.relief in _OF_ONE_AMOUNT:
        return terms.payment
    return terms.total if terms.relief is ReliefType.SETTLE else None
