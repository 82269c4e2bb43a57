"""Delegated authority: which level a concession needs, who has to sign beside, and which level a person has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from fractions import Fraction
from typing import Final

from services.common.kernel.dated import PolicyValue
from services.common.kernel.money import Money
from services.plans.domain.catalogue import ReliefType
from services.plans.domain.cosigns import Cosign


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

    def up(self, levels: int) -> Level:
        """So many levels higher; there is nothing above the committee."""
        return Level(min(self + levels, Level.COMMITTEE))


@dataclass(frozen=True, slots=True)
class LevelLimits(PolicyValue):
    """What one level may grant.

    `interim_days` of reliefs that leave the terms as they are, by relief. `waives` are the parts of the debt of which
    something may be waived, within the amount of the currency or the percentage of accrued interest and fees; a
    currency that is not listed has no amount. `settlement_recovery_percent` is the least share of the present value
    that a settlement has to bring, None when the level settles nothing.
    """

    level: str
    interim_days: Mapping[str, int]
    deferral_months: int
    extension_months: int
    waives: tuple[str, ...]
    waived: Mapping[str, Decimal]
    waived_percent_of_accrued: Decimal
    principal_discount_percent: Decimal
    settlement_recovery_percent: Decimal | None


@dataclass(frozen=True, slots=True)
class DelegationTerms(PolicyValue):
    """How long a deputy may stand in at most, and which authorities each role may give to one."""

    longest_days: int
    givers: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class AuthorityMatrix(PolicyValue):
    """Limits in ascending order; above the last one the committee decides.

    `minimum` is the lowest level by relief where the measures do not show what it costs, `minimum_by_pack` where a
    jurisdiction asks for more. `roles` maps token roles to levels. `approvers` says of which level more than one
    person decides. `cosigns` are the signatures beside those of the line.
    """

    limits: tuple[LevelLimits, ...]
    minimum: Mapping[str, str]
    minimum_by_pack: Mapping[str, Mapping[str, str]]
    roles: Mapping[str, str]
    approvers: Mapping[str, int]
    cosigns: tuple[Cosign, ...]
    repeat_within_months: int
    repeat_levels_up: int
    approval_hours: int
    approval_reminder_hours: int
    delegation: DelegationTerms


@dataclass(frozen=True, slots=True)
class Concession:
    """What a plan gives up, in the measures of the matrix. `accrued` is interest and fees before any waiver.

    `interim_days`: how long a relief that changes no terms lasts. `settlement_recovery_percent`: the share of the
    present value that a settlement brings, None for what is no settlement.
    """

    relief: ReliefType
    extension_months: int
    waived_interest: Money
    waived_fees: Money
    accrued: Money
    principal_discount_percent: Decimal
    repeat: bool
    deferral_months: int = 0
    interim_days: int = 0
    settlement_recovery_percent: Decimal | None = None

    @property
    def waived(self) -> Money:
        return self.waived_interest + self.waived_fees


@dataclass(frozen=True, slots=True)
class LevelReason:
    """Why a level is needed: what was measured, how much of it, and the lowest level that may grant that much."""

    code: str
    measured: str
    level: Level


@dataclass(frozen=True, slots=True)
class NeededLevel:
    """The level, and what asks for it: every measure that asks for more than the lowest level, the decisive first."""

    level: Level
    reasons: tuple[LevelReason, ...]


def level_needed(concession: Concession, matrix: AuthorityMatrix, packs: Iterable[str] = ()) -> NeededLevel:
    """The lowest level that may grant the concession: the highest of what each measure asks for.

    Relief that repeats an earlier one within the policy's months needs a level more.
    """
    found = [
        LevelReason(code, said(concession), _lowest(matrix, concession, grants))
        for code, (said, grants) in MEASURES.items()
    ]
    relief = concession.relief.value
    found.append(LevelReason("minimum_of_relief", relief, _code_level(matrix.minimum.get(relief))))
    found += [
        LevelReason("minimum_of_pack", pack, _code_level(matrix.minimum_by_pack[pack].get(relief)))
        for pack in sorted(set(packs) & set(matrix.minimum_by_pack))
    ]
    level = max(reason.level for reason in found)
    if concession.repeat:
        level = level.up(matrix.repeat_levels_up)
        found.append(LevelReason("repeat", str(matrix.repeat_within_months), level))
    decisive = sorted((reason for reason in found if reason.level > Level.AGENT), key=lambda reason: -reason.level)
    return NeededLevel(level, tuple(decisive))


def needed_level(concession: Concession, matrix: AuthorityMatrix, packs: Iterable[str] = ()) -> Level:
    """The level of `level_needed` alone."""
    return level_needed(concession, matrix, packs).level


def level_of(roles: Iterable[str], matrix: AuthorityMatrix) -> Level | None:
    """The highest level among a person's roles, or None when no role carries authority."""
    levels = [Level.from_code(matrix.roles[role]) for role in roles if role in matrix.roles]
    return max(levels, default=None)


Grants = Callable[[LevelLimits, Concession], bool]


def _lowest(matrix: AuthorityMatrix, concession: Concession, grants: Grants) -> Level:
    within = (Level.from_code(limit.level) for limit in matrix.limits if grants(limit, concession))
    return next(within, Level.COMMITTEE)


def _code_level(code: str | None) -> Level:
    return Level.AGENT if code is None else Level.from_code(code)


def _interim(limit: LevelLimits, concession: Concession) -> bool:
    longest = limit.interim_days.get(concession.relief.value, 0)
    return concession.interim_days <= longest


def _waived(limit: LevelLimits, concession: Concession) -> bool:
    if concession.waived.is_zero:
        return True
    if concession.waived_interest.is_positive and "interest" not in limit.waives:
        return False
    amount = limit.waived.get(concession.waived.currency, Decimal(0))
    share = concession.accrued.exact * Fraction(limit.waived_percent_of_accrued) / 100
    return "fees" in limit.waives and concession.waived.exact <= max(Fraction(amount), share)


def _settled(limit: LevelLimits, concession: Concession) -> bool:
    brought, least = concession.settlement_recovery_percent, limit.settlement_recovery_percent
    return brought is None or (least is not None and brought >= least)


MEASURES: Final[Mapping[str, tuple[Callable[[Concession], str], Grants]]] = {
    "interim_days": (lambda c: str(c.interim_days), _interim),
    "deferral_months": (lambda c: str(c.deferral_months), lambda limit, c: c.deferral_months <= limit.deferral_months),
    "extension_months": (
        lambda c: str(c.extension_months),
        lambda limit, c: c.extension_months <= limit.extension_months,
    ),
    "waived": (lambda c: str(c.waived), _waived),
    "principal_discount_percent": (
        lambda c: str(c.principal_discount_percent),
        lambda limit, c: c.principal_discount_percent <= limit.principal_discount_percent,
    ),
    "settlement_recovery_percent": (lambda c: str(c.settlement_recovery_percent), _settled),
}
"""What is measured of a concession, by its code: how much, and whether a level may grant it."""
