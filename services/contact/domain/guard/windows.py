"""The permitted spans of local days, and the instants that are in one of them in every zone at once (HOUSE-07)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from services.common.kernel.clock import local_day
from services.contact.domain.clock_changes import closes, opens
from services.contact.domain.guard.facts import Calendar, ContactFacts
from services.contact.domain.guard.terms import DayHours, DayKind, GuardTerms, RuleTerms
from services.contact.domain.window import LocalHours

# The longest run of days without hours in the lists of any country is shorter than this.
_HORIZON_DAYS = 16


def within_hours(moment: datetime, facts: ContactFacts, terms: GuardTerms) -> bool:
    """Whether calls were permitted at a moment, by the hours of every rule in every zone, agreed ones included."""
    return all(
        Windows(hours, agreed_with(rule, facts), facts.calendar(rule.pack), facts.zones).closes(moment) is not None
        for rule, hours in terms.contact_hours()
    )


def agreed_with(rule: RuleTerms, facts: ContactFacts) -> tuple[LocalHours, ...]:
    """The hours that the person agreed to, where consent lifts the rule."""
    return facts.agreed_hours if rule.values.get("consent_lifts") else ()


class Windows:
    """The permitted spans of each local day, and the instants that are in one of them in every zone at once."""

    def __init__(
        self, hours: DayHours, agreed: tuple[LocalHours, ...], calendar: Calendar | None, zones: Sequence[str]
    ) -> None:
        self._hours = hours
        self._every_day = hours.same_every_day
        self._agreed = agreed
        self._calendar = calendar
        self._zones = zones

    def opens(self, moment: datetime) -> datetime | None:
        """The first instant from `moment` on that is permitted; None when there is none, or no list reaches so far."""
        if self.closes(moment) is not None:
            return moment
        # Three days hold every start of the next two, in whatever zone; mostly that is enough.
        soon = self._first(moment, 3)
        return soon if soon is not None and soon < moment + timedelta(days=2) else self._first(moment, _HORIZON_DAYS)

    def _first(self, moment: datetime, days: int) -> datetime | None:
        starts = {
            start
            for zone in self._zones
            for k in range(days)
            for start, _ in self._spans(local_day(moment, zone) + timedelta(days=k), zone)
            if start > moment
        }
        return next((start for start in sorted(starts) if self.closes(start) is not None), None)

    def closes(self, moment: datetime) -> datetime | None:
        """When the permission of `moment` ends; None when there is none."""
        ends = []
        for zone in self._zones:
            spans = self._spans(local_day(moment, zone), zone)
            within = [end for start, end in spans if start <= moment < end]
            if not within:
                return None
            ends.append(max(within))
        return min(ends)

    def _spans(self, day: date, zone: str) -> list[tuple[datetime, datetime]]:
        found = [span for hours in self._agreed if (span := _span(day, hours, zone)) is not None]
        kind = DayKind.WEEKDAY if self._every_day else kind_of(day, self._calendar)
        hours_then = None if kind is None else self._hours.on(kind)
        if hours_then is not None and (span := _span(day, hours_then, zone)) is not None:
            found.append(span)
        return found


@lru_cache(maxsize=65_536)
def _span(day: date, hours: LocalHours, zone: str) -> tuple[datetime, datetime] | None:
    place = ZoneInfo(zone)
    start, end = opens(day, hours.start, place), closes(day, hours.end, place)
    return (start, end) if start < end else None


def kind_of(day: date, calendar: Calendar | None) -> DayKind | None:
    """What kind of day it is; None when no official list says so.

    A list has what is a holiday in its country: in Australia the national ones and a substitute of a state (HOUSE-04).
    """
    if calendar is None or day.year not in calendar.years:
        return None
    if day in calendar.holidays:
        return DayKind.PUBLIC_HOLIDAY
    if day.isoweekday() < 6 or day in calendar.make_up:
        return DayKind.WEEKDAY
    return DayKind.WEEKEND
