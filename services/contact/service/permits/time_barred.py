"""Whether a debt can be claimed in court, by what was said of it and the packs of its case."""

from datetime import date, datetime

from services.common.kernel.clock import local_day
from services.contact.domain.guard.terms import GuardTerms
from services.contact.domain.limitation import LimitationTerms, is_barred, last_day
from services.contact.repository.limitation import LimitationKnown


def time_barred(known: LimitationKnown | None, terms: GuardTerms, zones: tuple[str, ...], now: datetime) -> bool:
    """Whether the last day is over wherever the debtor may be. Of which nothing was said is not."""
    if known is None or not zones:
        return False
    return is_barred(last_day_of(known, terms, zones[0]), {local_day(now, zone) for zone in zones})


def last_day_of(known: LimitationKnown | None, terms: GuardTerms, zone: str) -> date | None:
    """The earliest by the rules that count years; the day that was said where none does."""
    if known is None:
        return None
    counting = [
        LimitationTerms(rule.values["limitation_years"], frozenset(rule.values["counted_anew_on"]))
        for rule in terms.having("limitation_years")
    ]
    days = [last_day(known.said, known.renewals(zone), one) for one in counting or [LimitationTerms()]]
    return min((day for day in days if day is not None), default=None)
