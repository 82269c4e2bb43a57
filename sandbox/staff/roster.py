"""Who of the staff may take a task, and who does."""

from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.chance import chance
from sandbox.issuer.staff import StaffMember

LEVELS = ("agent", "senior_agent", "supervisor", "manager", "committee")


def level(roles: Iterable[str]) -> int:
    """The highest level among roles; -1 for a role outside the line."""
    return max((LEVELS.index(role) for role in roles if role in LEVELS), default=-1)


def choose(staff: Iterable[StaffMember], task: Mapping[str, Any], seed: int) -> StaffMember | None:
    """The person who takes a task: of the lowest level that may, and among those by chance. None when nobody may."""
    needed = level([task["needs_level"] or task["needs_role"]])
    able = [one for one in staff if level(one.roles) >= needed and one.subject not in task["excluded"]]
    if not able:
        return None
    lowest = min(level(one.roles) for one in able)
    candidates = sorted((one for one in able if level(one.roles) == lowest), key=lambda one: one.subject)
    return candidates[int(chance(seed, "staff", str(task["task_id"])) * len(candidates))]
