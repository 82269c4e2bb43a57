"""Until when people act, in the borrower's business days."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.common.packs.calendars import load_calendars
from services.contact.domain.guard.days import begins

SATURDAY = 6


def is_business_day(pack: str, day: date) -> bool:
    """Whether people work on a day in the country of a pack.

    Where the list of a year is not known every weekday counts as worked: a deadline that is too early harms nobody.
    """
    known = load_calendars().get(pack)
    if known is None or day.year not in known.years:
        return day.isoweekday() < SATURDAY
    return known.calendar().is_business_day(day)


def same_business_day(now: datetime, zone: str, pack: str, until: time) -> datetime:
    """`until` o'clock of today; of the next business day when today is none, or it is later than that."""
    local = now.astimezone(ZoneInfo(zone))
    if is_business_day(pack, local.date()) and local.time() < until:
        return _at(local.date(), until, zone)
    return _next(local.date(), until, zone, pack)


def within_a_business_day(now: datetime, zone: str, pack: str, until: time) -> datetime:
    """`until` o'clock of the next business day."""
    return _next(now.astimezone(ZoneInfo(zone)).date(), until, zone, pack)


def end_of_day(day: date, zone: str) -> datetime:
    """The instant at which a local day is over."""
    return begins(day + timedelta(days=1), zone)


def _next(day: date, until: time, zone: str, pack: str) -> datetime:
    day += timedelta(days=1)
    while not is_business_day(pack, day):
        day += timedelta(days=1)
    return _at(day, until, zone)


def _at(day: date, moment: time, zone: str) -> datetime:
    return datetime.combine(day, moment, ZoneInfo(zone)).astimezone(UTC)
