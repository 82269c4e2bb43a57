"""The permitted hours of one day as instants, where the borrower may be in several places."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from services.common.kernel.dated import PolicyValue
from services.common.kernel.errors import InvalidInput
from services.common.kernel.formula import formula
from services.contact.domain.window import LocalHours, common_window


@dataclass(frozen=True, slots=True)
class WindowInputs(PolicyValue):
    """A local day, the IANA names of all plausible zones, and the hours `[local_start, local_end)` of each."""

    date: dt.date
    candidate_time_zones: tuple[str, ...]
    local_start: dt.time
    local_end: dt.time


@dataclass(frozen=True, slots=True)
class Window:
    """Half-open `[utc_start, utc_end)`; None and 0 when the zones share no permitted minute of that day."""

    utc_start: dt.datetime | None
    utc_end: dt.datetime | None
    minutes: int


@formula("contact_window")
def contact_window(given: WindowInputs) -> Window:
    """The part of a day that is permitted in every time zone where the borrower may be."""
    if not given.candidate_time_zones:
        raise InvalidInput("candidate_time_zones is empty; name every zone in which the borrower may be")
    for zone in given.candidate_time_zones:
        _known(zone)
    if any(edge.tzinfo or edge.second or edge.microsecond for edge in (given.local_start, given.local_end)):
        raise InvalidInput("local_start and local_end are written 08:00, in the local time of each zone")
    if given.local_start >= given.local_end:
        raise InvalidInput("local_end must come after local_start on the same day; a night is two windows")
    shared = common_window(given.date, given.candidate_time_zones, LocalHours(given.local_start, given.local_end))
    if shared is None or shared.end is None:
        return Window(None, None, 0)
    return Window(shared.start, shared.end, (shared.end - shared.start) // dt.timedelta(minutes=1))


def _known(zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):  # a name that is unknown, malformed, or a folder of names
        raise InvalidInput(
            "candidate_time_zones has a name that is no IANA zone; write for example Asia/Shanghai"
        ) from None
