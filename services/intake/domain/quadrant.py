"""Ability and willingness to pay, derived from evidence, and the treatment that follows from both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.common.kernel.dated import PolicyValue
from services.common.kernel.rule import business_rule


class Quadrant(StrEnum):
    """Where a borrower stands; UNKNOWN while one half has no evidence."""

    CAN_AND_WILL = "can_and_will"
    CANNOT_BUT_WILL = "cannot_but_will"
    CAN_BUT_WILL_NOT = "can_but_will_not"
    CANNOT_AND_WILL_NOT = "cannot_and_will_not"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ToolOffered(PolicyValue):
    """How the overview of debts and the budget are offered."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class QuadrantPolicy(PolicyValue):
    """Steps for and against willingness, and the treatment of each quadrant that is known."""

    willing: frozenset[str]
    unwilling: frozenset[str]
    treatments: Mapping[Quadrant, str]
    tool: ToolOffered

    def __post_init__(self) -> None:
        if self.willing & self.unwilling:
            raise ValueError("a step cannot speak both for and against willingness")
        if set(self.treatments) != set(Quadrant) - {Quadrant.UNKNOWN}:
            raise ValueError("each quadrant that is known has a treatment")

    def speaks(self, step: str) -> bool:
        """Whether a step says something about willingness."""
        return step in self.willing or step in self.unwilling


@business_rule(
    id="QUA-01",
    group="ability and willingness",
    summary="Willingness follows from what the borrower did; nobody is unwilling while the reason of the arrears is "
    "unknown.",
)
def willingness(steps: Iterable[str], cause_known: bool, policy: QuadrantPolicy) -> bool | None:
    """True: no more steps speak against than for it. None: no step speaks, or more against but the cause is unknown."""
    told = [step for step in steps if policy.speaks(step)]
    if not told:
        return None
    if 2 * sum(step in policy.willing for step in told) >= len(told):
        return True
    return False if cause_known else None


def quadrant(able: bool | None, willing: bool | None) -> Quadrant:
    """Both halves together. `able` is what the judged statement of means came to."""
    if able is None or willing is None:
        return Quadrant.UNKNOWN
    if able:
        return Quadrant.CAN_AND_WILL if willing else Quadrant.CAN_BUT_WILL_NOT
    return Quadrant.CANNOT_BUT_WILL if willing else Quadrant.CANNOT_AND_WILL_NOT
