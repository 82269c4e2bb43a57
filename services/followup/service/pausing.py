"""Holds as days of the bank: those on which one begins or ends are paused too."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from services.common.kernel.period import Period
from services.followup.repository.holds import Span
from services.followup.service.policies import PackTerms

_INSTANT = timedelta(microseconds=1)


def pauses_of(spans: Iterable[Span], pack: PackTerms) -> tuple[Period[date], ...]:
    """The days of holds, as the bank counts them where the pack is."""
    return tuple(Period(*_days(*span, pack)) for span in sorted(spans, key=_order))


def _days(starts_at: datetime, ends_at: datetime | None, pack: PackTerms) -> tuple[date, date | None]:
    start = pack.today(starts_at)
    # The end is an instant after the hold: midnight ends with the day before, any other with its own.
    return start, None if ends_at is None else max(pack.today(ends_at - _INSTANT), start) + timedelta(days=1)


def _order(span: Span) -> tuple[datetime, bool, datetime]:
    return span[0], span[1] is None, span[1] or span[0]
