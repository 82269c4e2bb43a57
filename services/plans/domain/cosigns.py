"""Signatures beside that of the line: who else agrees to a plan before it binds the bank, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from services.common.kernel.dated import PolicyValue

APPROVER: Final = "approver"
"""The signature of somebody with the level that the plan needs; where there are several, they are numbered."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What of a case, beside the concession, decides who signs. `care` is what is asked of us, never why."""

    packs: tuple[str, ...]
    days_past_due: int
    care: frozenset[str]
    restructured: bool
    diminished: bool
    repeat: bool


@dataclass(frozen=True, slots=True)
class Cosign(PolicyValue):
    """One reason for a further signature, by somebody with the role `by`; all that it names must be so.

    `from_level`: only when the plan needs this level or a higher one. Empty `packs` and `care` ask for nothing.
    """

    code: str
    by: str
    from_level: str
    packs: tuple[str, ...] = ()
    care: tuple[str, ...] = ()
    restructured: bool = False
    diminished: bool = False
    repeat: bool = False
    over_days_past_due: int | None = None

    def fits(self, found: Circumstances) -> bool:
        """Whether the case is one of those that are meant, whatever level it needs."""
        return (
            (not self.packs or bool(set(self.packs) & set(found.packs)))
            and (not self.care or bool(set(self.care) & found.care))
            and (not self.restructured or found.restructured)
            and (not self.diminished or found.diminished)
            and (not self.repeat or found.repeat)
            and (self.over_days_past_due is None or found.days_past_due > self.over_days_past_due)
        )


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature that a plan needs: its name, the level (of approvers) or role that gives it, and why it is asked
    for (empty where the level says it)."""

    part: str
    authority: str
    reasons: tuple[str, ...] = ()

    @property
    def of_the_line(self) -> bool:
        """Whether a level gives it, and not a role."""
        return self.part.startswith(APPROVER)


def approvers(level: str, people: int) -> tuple[Signature, ...]:
    """The signatures of so many different people of one level."""
    names = (APPROVER, *(f"{APPROVER}_{number}" for number in range(2, people + 1)))
    return tuple(Signature(name, level) for name in names)


def cosignatures(cosigns: Iterable[Cosign], reached: frozenset[str], found: Circumstances) -> tuple[Signature, ...]:
    """The further signatures, one by each role that any reason asks for; `reached` are the codes of the level that the
    plan needs and of all below."""
    asked: dict[str, list[str]] = {}
    for cosign in cosigns:
        if cosign.from_level in reached and cosign.fits(found):
            asked.setdefault(cosign.by, []).append(cosign.code)
    return tuple(Signature(role, role, tuple(codes)) for role, codes in asked.items())
