"""Who may take which task: levels of the line in one order, other roles by name, and nobody who is excluded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

LINE = ("agent", "senior_agent", "supervisor", "manager")
"""In ascending order: who is on a level may take what a lower level may."""
COMMITTEE = "committee"
"""Decides what is beyond the line, and takes none of the line's own work."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What a person may take: tasks that need one of `roles`, and no level or one of `levels`."""

    roles: frozenset[str]
    levels: frozenset[str]


def reach_of(roles: Iterable[str]) -> Reach:
    """The reach of somebody with these roles; nothing at all without any."""
    own = frozenset(roles)
    highest = max((number for number, level in enumerate(LINE) if level in own), default=-1)
    levels = frozenset(LINE[: highest + 1])
    return Reach(roles=own | levels, levels=levels | (own & {COMMITTEE}))
