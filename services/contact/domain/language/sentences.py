"""Sentences of marks: what a frame is looked for in, with distances that count a comma as two more units."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from services.contact.domain.language.lexicon import Mark
from services.contact.domain.language.units import Unit

COMMA = 2
OPENING, CLOSING = "“「『«", "”」』»"
SINGLE = re.compile(r"(?<![a-z0-9])'(?=\w)|(?<=[\w.!?…])'(?![a-z0-9])")


@dataclass(frozen=True, slots=True)
class Sentence:
    """The units from `start` to before `end`, the marks among them, and where each unit is when commas count."""

    start: int
    end: int
    marks: tuple[Mark, ...]
    roles: frozenset[str]
    places: Sequence[int]
    units: Sequence[Unit]

    def between(self, start: int, end: int) -> tuple[Mark, ...]:
        """The marks that begin from one unit to before another."""
        first, last = (bisect_left(self.marks, place, key=_start) for place in (start, end))
        return self.marks[first:last]

    def gap(self, first: Mark, then: Mark) -> int:
        """Units between two marks, with commas; negative when they are not in this order."""
        return self.places[then.start] - self.places[first.end - 1] - 1

    def opens_clause(self, mark: Mark, within: int) -> bool:
        """Whether a mark stands at the beginning of a clause, after at most `within` units."""
        return any(self.units[place].pause for place in range(max(mark.start - within, self.start), mark.start + 1))

    def closes_clause(self, mark: Mark, within: int) -> bool:
        """Whether a clause ends with a mark, or at most `within` units behind it."""
        behind = range(mark.end, min(mark.end + within + 1, self.end))
        return mark.end + within >= self.end or any(self.units[place].pause for place in behind)


def _start(mark: Mark) -> int:
    return mark.start


def quotes(text: str, units: Sequence[Unit]) -> list[tuple[int, int]]:
    """The stretches of units that stand in quotation marks, of whatever shape."""
    found: list[tuple[int, int]] = []
    opened: int | None = None
    starts = [unit.start for unit in units]
    single = {match.start() for match in SINGLE.finditer(text)} if "'" in text else set()
    for place, character in enumerate(text):
        if character == '"' or place in single:
            opens, closes = opened is None, opened is not None
        else:
            opens, closes = character in OPENING, character in CLOSING
        if opens and opened is None:
            opened = place
        elif closes and opened is not None:
            first, end = bisect_left(starts, opened), bisect_left(starts, place)
            if first < end:
                found.append((first, end))
            opened = None
    return found


def sentences(units: Sequence[Unit], marks: Sequence[Mark], quoted: Sequence[tuple[int, int]]) -> list[Sentence]:
    """Cut where a sentence ends; what stands in quotation marks is not cut off from what stands before it."""
    places: list[int] = []
    cuts: list[int] = []
    place = 0
    inside = {number for first, end in quoted for number in range(first + 1, end)}
    for number, unit in enumerate(units):
        if unit.pause == 2 and number not in inside:
            cuts.append(number)
        place += 1 + (COMMA if unit.pause else 0)
        places.append(place)
    found: list[Sentence] = []
    for start, end in pairwise([*cuts, len(units)]):
        first, last = (bisect_left(marks, place, key=_start) for place in (start, end))
        own = tuple(marks[first:last])
        if own:
            roles = frozenset().union(*(mark.roles for mark in own))
            found.append(Sentence(start, end, own, roles, places, units))
    return found
