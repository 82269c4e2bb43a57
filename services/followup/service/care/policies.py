"""The dated parameters of care, read once per process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from services.common.kernel.dated import Dated, PolicyValue
from services.common.kernel.policy_file import load_dated
from services.followup.domain.check_ins import CheckInTerms
from services.followup.domain.feedback import FeedbackTerms
from services.followup.service.policies import DEFAULT, PACKAGE


@dataclass(frozen=True, slots=True)
class CareTerms(PolicyValue):
    """How borrowers under a pack are cared for."""

    check_ins: CheckInTerms
    feedback: FeedbackTerms
    screened_at_once: int


@dataclass(frozen=True, slots=True)
class Link(PolicyValue):
    """Something to read about money."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class EducationPolicy(PolicyValue):
    """What may be read, by pack and language."""

    packs: Mapping[str, Mapping[str, tuple[Link, ...]]]


@dataclass(frozen=True, slots=True)
class CarePolicy(PolicyValue):
    """Terms by rule pack; `default` is for packs without terms of their own."""

    packs: Mapping[str, CareTerms]


class CarePolicies:
    """The policies of care by day of decision."""

    def __init__(self) -> None:
        self._care: Dated[CarePolicy] = load_dated(PACKAGE, "care", CarePolicy)
        self._education: Dated[EducationPolicy] = load_dated(PACKAGE, "education", EducationPolicy)

    def terms(self, pack: str, now: datetime) -> CareTerms:
        """How borrowers under a pack are cared for at an instant."""
        packs = self._care.on(now.date()).value.packs
        return packs.get(pack) or packs[DEFAULT]

    def reading(self, pack: str, language: str, now: datetime) -> tuple[Link, ...]:
        """What may be read about money under a pack in a language; a state has what its country has."""
        return self._education.on(now.date()).value.packs.get(pack.partition("-")[0], {}).get(language, ())
