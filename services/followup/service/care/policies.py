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


@dataclass(frozen=True, slots=True)
class CarePolicy(PolicyValue):
    """Terms by rule pack; `default` is for packs without terms of their own."""

    packs: Mapping[str, CareTerms]


class CarePolicies:
    """The policies of care by day of decision."""

    def __init__(self) -> None:
        self._care: Dated[CarePolicy] = load_dated(PACKAGE, "care", CarePolicy)

    def terms(self, pack: str, now: datetime) -> CareTerms:
        """How borrowers under a pack are cared for at an instant."""
        packs = self._care.on(now.date()).value.packs
        return packs.get(pack) or packs[DEFAULT]
