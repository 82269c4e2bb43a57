"""Clauses where the marks were left out: the pause that a comma would have made, in front of words that open a clause.

People write messages without any comma. A connective or an opener (`turn`: "so do not", 让我怎么) begins a clause, an
ending (`ending`: 吗, 吧) closes one, and so does a word said by itself (`interjection`: "no", 不可能) at the beginning
of a clause with somebody behind it. Where a pause is already, nothing changes.
"""

from collections.abc import Iterator, Sequence

from services.contact.domain.language.lexicon import NEGATIONS, Mark
from services.contact.domain.language.units import Unit

SOMEBODY = frozenset({"you", "we", "turn"})


def parted(units: Sequence[Unit], marks: Sequence[Mark]) -> tuple[Unit, ...]:
    """The units with a pause of 1 wherever a clause begins."""
    begins = set(_begins(units, marks))
    return tuple(unit._replace(pause=max(unit.pause, 1)) if at in begins else unit for at, unit in enumerate(units))


def _begins(units: Sequence[Unit], marks: Sequence[Mark]) -> Iterator[int]:
    open_at, denied = 0, -1
    for number, mark in enumerate(marks):
        if units[mark.start].pause:
            open_at = mark.start
        if "turn" in mark.roles and denied != mark.start:
            open_at = mark.start
            yield mark.start
        if "ending" in mark.roles or ("interjection" in mark.roles and open_at == mark.start and _then(marks, number)):
            open_at = mark.end
            yield mark.end
        elif mark.roles & NEGATIONS:
            denied = mark.end


def _then(marks: Sequence[Mark], number: int) -> bool:
    """Somebody, or the opening of a clause, right behind a mark."""
    end = marks[number].end
    return any(mark.start == end and mark.roles & SOMEBODY for mark in marks[number + 1 : number + 4])
