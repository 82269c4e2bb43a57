"""Who of the staff may take a task, and who does."""

from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.chance import chance
from sandbox.issuer.staff import StaffMember

LINE = ("agent", "senior_agent", "supervisor", "manager")


def level(roles: Iterable[str]) -> int:
    """The highest level of the line among roles; -1 for a role outside it."""
    return max((LINE.index(role) for role in roles if role in LINE), default=-1)


def may_take(person: StaffMember, task: Mapping[str, Any]) -> bool:
    """Whether a task is for this person: levels of the line include the lower ones, other roles stand by themselves."""
    needed = task["needs_level"] or task["needs_role"]
    reaches = level(person.roles) >= LINE.index(needed) if needed in LINE else needed in person.roles
    return reaches and person.subject not in task["excluded"]


def choose(staff: Iterable[StaffMember], task: Mapping[str, Any], seed: int) -> StaffMember | None:
    """The person who takes a task: of the lowest level that may, and among those by chance. None when nobody may."""
    able = [one for one in staff if may_take(one, task)]
    if not able:
        return None
    lowest = min(level(one.roles) for one in able)
    candidates = sorted((one for one in able if level(one.roles) == lowest), key=lambda one: one.subject)
    return candidates[int(chance(seed, "staff", str(task["task_id"])) * len(candidates))]
