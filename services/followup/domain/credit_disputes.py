"""By when a dispute of the credit record is answered (CN-23, US-27)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Answering:
    """The rule that gives the least time, and the last day of it."""

    rule: str
    due_on: date


def answer_by(received_on: date, days: Mapping[str, int]) -> Answering:
    """The last day to answer a dispute received on a day, by the days of each rule; the day itself does not count."""
    rule = min(sorted(days), key=lambda name: days[name])
    return Answering(rule, received_on + timedelta(days=days[rule]))
