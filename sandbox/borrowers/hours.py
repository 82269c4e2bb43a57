"""When people do things: borrowers at noon or in the evening, staff mid-morning or mid-afternoon on working days."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

BORROWER_TIMES = (time(12, 0), time(20, 0))
STAFF_TIMES = (time(10, 0), time(15, 0))
SATURDAY = 5


def borrower_time(after: datetime, days: int, fraction: float, zone: str) -> datetime:
    """`days` days after an instant, at noon or in the evening by `fraction`; never before the instant itself."""
    local = after.astimezone(ZoneInfo(zone))
    at = BORROWER_TIMES[int(fraction * len(BORROWER_TIMES))]
    moment = datetime.combine(local.date() + timedelta(days=days), at, local.tzinfo)
    while moment <= after:
        moment += timedelta(days=1)
    return moment


def on_day(day: date, zone: str) -> datetime:
    """Noon of a day."""
    return datetime.combine(day, BORROWER_TIMES[0], ZoneInfo(zone))


def staff_time(after: datetime, zone: ZoneInfo) -> datetime:
    """The next moment at which staff work through their list."""
    local = after.astimezone(zone)
    for days in range(4):
        day = local.date() + timedelta(days=days)
        for at in STAFF_TIMES:
            moment = datetime.combine(day, at, zone)
            if moment > after and day.weekday() < SATURDAY:
                return moment
    raise AssertionError("a weekend has two days")
