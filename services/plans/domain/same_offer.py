"""Whether an offer is one that the borrower objected to: nothing of it is better, whatever the days it falls on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Shape:
    """What a borrower pays and is spared under a relief: the payments in order, the pause before them in months, what
    is waived, and the first day."""

    amounts: tuple[Decimal, ...]
    pause_months: int
    waived_interest: Decimal
    waived_fees: Decimal
    first_due: date


def same_offer(shape: Shape, before: Shape, *, about_time: bool) -> bool:
    """Whether `shape` answers nothing of what was said against `before`.

    Another number of payments, another pause, a larger waiver or a smaller payment is an answer; that the debt has
    grown meanwhile is none. The last payment takes what rounding leaves and does not count. Where all that was said was
    about time, a later first payment is an answer as well.
    """
    if (len(shape.amounts), shape.pause_months) != (len(before.amounts), before.pause_months):
        return False
    if shape.waived_interest > before.waived_interest or shape.waived_fees > before.waived_fees:
        return False
    counted = max(len(before.amounts) - 1, 1)
    if any(now < then for now, then in zip(shape.amounts[:counted], before.amounts[:counted], strict=True)):
        return False
    return not (about_time and shape.first_due > before.first_due)
