"""Until when records and recordings of collection are kept (US-24, CN-11)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from services.common.kernel.dated import PolicyValue
from services.common.kernel.errors import InvalidInput
from services.common.kernel.formula import formula
from services.common.kernel.months import add_months


@dataclass(frozen=True, slots=True)
class RetainedActivity(PolicyValue):
    """The last collection activity on the debt, which each new one moves, and the day of a recorded call."""

    last_collection_activity: date | None = None
    call_date: date | None = None


@dataclass(frozen=True, slots=True)
class FederalRetention(PolicyValue):
    """Years from the last activity for records, from its own day for a recording."""

    keep_records_years: int
    keep_recordings_years: int


@dataclass(frozen=True, slots=True)
class CardRetention(PolicyValue):
    """Years from its own day for a recording of a card's collection."""

    keep_recordings_years: int


@dataclass(frozen=True, slots=True)
class KeptUntil:
    """Last days on which each must still be there; None for what was not asked about."""

    us_records_until: date | None
    us_recording_until: date | None
    cn_card_recording_min_until: date | None


def _newest(activity: RetainedActivity) -> date | None:
    return max((day for day in (activity.last_collection_activity, activity.call_date) if day), default=None)


@formula("retention", day=_newest, federal="US-24", card="CN-11")
def retention(activity: RetainedActivity, federal: FederalRetention, card: CardRetention) -> KeptUntil:
    """Until when records and recordings are kept; 29 February ends on the 28th where there is none."""
    if activity == RetainedActivity():
        raise InvalidInput("neither last_collection_activity nor call_date is given; give at least one of them")
    return KeptUntil(
        _years_later(activity.last_collection_activity, federal.keep_records_years),
        _years_later(activity.call_date, federal.keep_recordings_years),
        _years_later(activity.call_date, card.keep_recordings_years),
    )


def _years_later(day: date | None, years: int) -> date | None:
    return None if day is None else add_months(day, 12 * years)


def kept_until(ended_on: date, years: Mapping[str, int]) -> Mapping[str, date]:
    """By rule, the last day on which the records of a case that has ended must still be there.

    Nothing is collected after the end, so no record's own clock began later than on that day.
    """
    return {rule: add_months(ended_on, 12 * count) for rule, count in sorted(years.items())}


def may_be_deleted(today: date, last_days: Mapping[str, date], legal_hold: bool) -> bool:
    """Whether nothing keeps the records any more: neither a rule, the longest of which counts, nor a legal hold."""
    return not legal_hold and today > max(last_days.values())
