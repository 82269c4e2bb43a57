"""Delegated authority: which level a concession needs, and which level a person has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from fractions import Fraction

from services.common.kernel.dated import PolicyValue
from services.common.kernel.money import Money
from services.plans.domain.catalogue import ReliefType


class Level(IntEnum):
    """Levels of authority in ascending order; `code` is how they are written in policy and events."""

    AGENT = 0
    SENIOR_AGENT = 1
    SUPERVISOR = 2
    MANAGER = 3
    COMMITTEE = 4

    @property
    def code(self) -> str:
        return self.name.lower()

    @classmethod
    def from_code(cls, code: str) -> Level:
        """ValueError when there is no such level."""
        for level in cls:
            if level.code == code:
                return level
        raise ValueError("unknown level of authority")


@dataclass(frozen=True, slots=True)
class LevelLimits(PolicyValue):
    """What one level may grant. Waivers are within the amount of the currency, or within the percentage of accrued
    interest and fees; a currency that is not listed has no amount."""

    level: str
    extension_months: int
    waived: Mapping[str, Decimal]
    waived_percent_of_accrued: Decimal
    principal_discount_percent: Decimal


@dataclass(frozen=True, slots=True)
class AuthorityMatrix(PolicyValue):
    """Limits in ascending order; above the last one the committee decides. `roles` maps token roles to levels."""

    limits: tuple[LevelLimits, ...]
    minimum: Mapping[ReliefType, str]
    roles: Mapping[str, str]
    repeat_within_months: int
    approval_hours: int


@dataclass(frozen=True, slots=True)
class Concession:
    """What a plan gives up, in the measures of the matrix. `accrued` is interest and fees before any waiver."""

    relief: ReliefType
    extension_months: int
    waived: Money
    accrued: Money
    principal_discount_percent: Decimal
    repeat: bool


def needed_level(concession: Concession, matrix: AuthorityMatrix) -> Level:
    """The lowest level that may grant the concession: the highest of what each measure asks for.

    A repeat within the policy's months needs one level more.
    """
    within = (Level.from_code(limit.level) for limit in matrix.limits if _grants(limit, concession))
    level = max(next(within, Level.COMMITTEE), Level.from_code(matrix.minimum[concession.relief]))
    return Level(min(level + 1, Level.COMMITTEE)) if concession.repeat else level


def level_of(roles: Iterable[str], matrix: AuthorityMatrix) -> Level | None:
    """The highest level among a person's roles, or None when no role carries authority."""
    levels = [Level.from_code(matrix.roles[role]) for role in roles if role in matrix.roles]
    return max(levels, default=None)


def _grants(limit: LevelLimits, concession: Concession) -> bool:
    amount = limit.waived.get(concession.waived.currency, Decimal(0))
    share = concession.accrued.exact * Fraction(limit.waived_percent_of_accrued) / 100
    return (
        concession.extension_months <= limit.extension_months
        and concession.waived.exact <= max(Fraction(amount), share)
        and concession.principal_discount_percent <= limit.principal_discount_percent
    )
