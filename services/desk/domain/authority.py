"""Who may take which task: levels of people in one order, other roles by name, and nobody who is excluded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

LEVELS = ("agent", "senior_agent", "supervisor", "manager", "committee")
"""In ascending order: who is on a level may take what a lower level may."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What a person may take: tasks that need one of `roles`, and no level or one of `levels`."""

    roles: frozenset[str]
    levels: frozenset[str]


def reach_of(roles: Iterable[str]) -> Reach:
    """The reach of somebody with these roles; nothing at all without any."""
    own = frozenset(roles)
    highest = max((number for number, level in enumerate(LEVELS) if level in own), default=-1)
    levels = frozenset(LEVELS[: highest + 1])
    return Reach(roles=own | levels, levels=levels)
