"""What a schedule earns when interest is paused on some of its days.

A period earns its interest day by day in the month before its due date, and charges its fees on that date. What falls
on paused days is left out whenever the account is read: what had accrued by then is backed out with it, and what was
paid on it counts for the rest of the schedule.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from sandbox.bank.schedule import Installment
from services.common.kernel.money import Money
from services.common.kernel.months import add_months

#: First and last day on which no interest accrues.
InterestPause = tuple[date, date]


def without_paused(schedule: Sequence[Installment], pauses: Sequence[InterestPause]) -> list[Installment]:
    """The schedule without interest and fees of paused days."""
    return [_accrued(line, pauses) for line in schedule] if pauses else list(schedule)


def _accrued(line: Installment, pauses: Iterable[InterestPause]) -> Installment:
    before = add_months(line.due_date, -1)
    paused = sum(
        max((min(end, line.due_date) - max(start, before + timedelta(days=1))).days + 1, 0) for start, end in pauses
    )
    if not paused:
        return line
    days = (line.due_date - before).days
    charged = not any(start <= line.due_date <= end for start, end in pauses)
    return replace(
        line,
        interest=line.interest.times(Fraction(days - paused, days)),
        fees=line.fees if charged else Money.zero(line.fees.currency),
    )
