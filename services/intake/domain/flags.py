"""Vulnerability flags: what care a circumstance asks of us, and which hold it needs (UK-08, UK-09)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Literal

from services.common.kernel.dated import PolicyValue
from services.common.kernel.rule import business_rule


class FlagKind(StrEnum):
    """A circumstance of a person."""

    HEALTH_PHYSICAL = "HEALTH_PHYSICAL"
    HEALTH_MENTAL = "HEALTH_MENTAL"
    CAPACITY_LIMITED = "CAPACITY_LIMITED"
    SUICIDE_RISK = "SUICIDE_RISK"
    BEREAVED = "BEREAVED"
    RECENT_LIFE_EVENT = "RECENT_LIFE_EVENT"
    DOMESTIC_ABUSE = "DOMESTIC_ABUSE"
    LOW_LITERACY = "LOW_LITERACY"
    LANGUAGE = "LANGUAGE"
    DIGITAL_EXCLUSION = "DIGITAL_EXCLUSION"
    ELDERLY = "ELDERLY"
    MINOR = "MINOR"
    STUDENT = "STUDENT"
    ADDICTION_GAMBLING = "ADDICTION_GAMBLING"
    PROBLEM_DEBT_ADVICE = "PROBLEM_DEBT_ADVICE"
    CARER = "CARER"


class Care(StrEnum):
    """What is asked of whoever meets the person."""

    NO_VISITS = "no_visits"
    SOFTER_CHANNEL = "softer_channel"
    SPECIALIST = "specialist"
    NO_LUMP_SUM = "no_lump_sum"
    SAFE_CONTACT = "safe_contact"
    SLOW_PACE = "slow_pace"


@dataclass(frozen=True, slots=True)
class FlagTerms(PolicyValue):
    """What one kind of flag brings about.

    `hold` is the kind of hold that it places. It is reviewed after `review_days`; one that does not expire stays until
    somebody ends it. Without consent only what protects life or rights may be recorded.
    """

    care: frozenset[Care]
    hold: str | None
    review_days: int
    expires: bool
    without_consent: bool
    sensitivity: Literal["special", "personal"]


@dataclass(frozen=True, slots=True)
class FlagPolicy(PolicyValue):
    """Terms by kind. A person is asked to review a flag `ask_days` before its day comes."""

    ask_days: int
    reviewed_by: str
    kinds: Mapping[FlagKind, FlagTerms]

    def __post_init__(self) -> None:
        missing = set(FlagKind) - set(self.kinds)
        if missing:
            raise ValueError(f"these flags have no terms: {', '.join(sorted(missing))}")

    def care_of(self, kinds: Iterable[FlagKind]) -> tuple[Care, ...]:
        """All the care that these flags together ask for, in the order of its names."""
        return tuple(sorted({care for kind in kinds for care in self.kinds[kind].care}))

    def asks_on(self, review_on: date) -> date:
        """The day from which somebody is asked to review a flag."""
        return review_on - timedelta(days=self.ask_days)


@business_rule(
    id="UK-09",
    group="care",
    summary="What a person tells of themselves is recorded with their consent, or where life or rights are at stake.",
    source="CONC 7.2.1R",
)
def may_be_recorded(terms: FlagTerms, consented: bool) -> bool:
    return consented or terms.without_consent
