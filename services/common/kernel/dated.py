"""Values that hold from a day on: rule packs, caps, matrices. The version of the day of decision is the one used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, ClassVar, Generic, TypeVar

from services.common.kernel.errors import ForbearError

T = TypeVar("T")


class PolicyMissing(ForbearError):
    """No version of a policy is in force on the day asked for; the caller must not decide without one."""

    problem = "policy-missing"
    title = "No policy in force on that day"


class PolicyValue:
    """Base of the dataclasses a policy file is read into: a key that is not known is an error, not ignored."""

    __slots__ = ()
    __pydantic_config__: ClassVar[Any] = {"extra": "forbid"}


@dataclass(frozen=True, slots=True)
class Version(PolicyValue, Generic[T]):
    """One version: in force from `effective_from` until, and without, `effective_to` (None: until replaced)."""

    version: str
    effective_from: date
    source: str
    value: T
    effective_to: date | None = None


@dataclass(frozen=True, slots=True)
class Dated(PolicyValue, Generic[T]):
    """All versions of a value. ValueError when two are in force on one day, so the answer is never ambiguous."""

    name: str
    versions: tuple[Version[T], ...]

    def __post_init__(self) -> None:
        ordered = sorted(self.versions, key=lambda v: v.effective_from)
        if not ordered:
            raise ValueError(f"{self.name}: no versions")
        for earlier, later in pairwise(ordered):
            if earlier.effective_to is None or earlier.effective_to > later.effective_from:
                raise ValueError(f"{self.name}: versions {earlier.version} and {later.version} overlap")
        if len({v.version for v in ordered}) != len(ordered):
            raise ValueError(f"{self.name}: a version name is used twice")
        object.__setattr__(self, "versions", tuple(ordered))

    def on(self, day: date) -> Version[T]:
        """The version in force on `day`. PolicyMissing when there is none."""
        for version in self.versions:
            if version.effective_from <= day and (version.effective_to is None or day < version.effective_to):
                return version
        raise PolicyMissing(f"{self.name} has no version in force on {day.isoformat()}")

    def named(self, version: str) -> Version[T]:
        """The version a stored decision was taken under, for replay. PolicyMissing when it is not kept."""
        for candidate in self.versions:
            if candidate.version == version:
                return candidate
        raise PolicyMissing(f"{self.name} has no version named {version}")
