"""How late an account is: days past due without paused days, the bank's ranges, and when they change next."""

from collections.abc import Iterable
from datetime import date, timedelta

from sandbox.bank.ledger import Standing

#: A pause of delinquency: first and last day, both of them paused.
Pause = tuple[date, date]

_RANGE_DAYS = 30
_LAST_RANGE = 7


def days_past_due(oldest_unpaid: date | None, as_of: date, pauses: Iterable[Pause]) -> int:
    """`as_of` minus the oldest unpaid due date, minus paused days inside that span (both ends counted), at least 0."""
    if oldest_unpaid is None:
        return 0
    paused = sum(
        max((min(end, as_of) - max(start, oldest_unpaid)).days + 1, 0) for start, end in pauses if start <= as_of
    )
    return max((as_of - oldest_unpaid).days - paused, 0)


def range_of(days: int) -> int:
    """0 when not past due, 1 for 1-30 days, 2 for 31-60 ... 7 for more than 180."""
    return min((days + _RANGE_DAYS - 1) // _RANGE_DAYS, _LAST_RANGE)


def next_look(position: Standing, pauses: list[Pause]) -> date | None:
    """The first day after `today` on which the range can change without a posting; None when it cannot."""
    tomorrow = position.today + timedelta(days=1)
    if position.oldest_unpaid_due_date is None:
        return position.upcoming[0].period.due_date + timedelta(days=1) if position.upcoming else None
    if any(end >= position.today for _, end in pauses):
        return tomorrow
    days = days_past_due(position.oldest_unpaid_due_date, position.today, pauses)
    if range_of(days) == _LAST_RANGE:
        return None
    return position.today + timedelta(days=range_of(days) * _RANGE_DAYS + 1 - days)
