"""Protected times that the law gives a borrower in debt: breathing space and the crisis moratorium (UK-12, UK-13)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from services.common.kernel.dated import PolicyValue
from services.common.kernel.formula import formula


@dataclass(frozen=True, slots=True)
class Registration(PolicyValue):
    """The day on which breathing space was registered."""

    registered: date


@dataclass(frozen=True, slots=True)
class BreathingSpaceTerms(PolicyValue):
    """Days from registration to the start, days protected, and between which of them the adviser looks again."""

    starts_after_days: int
    protected_days: int
    review_from_day: int
    review_to_day: int


@dataclass(frozen=True, slots=True)
class BreathingSpace:
    """First and last protected day, and the days of the midway review; the start is day 1."""

    start: date
    midway_review_from: date
    midway_review_to: date
    last_protected_day: date


@formula("uk_breathing_space", day=lambda registration: registration.registered, terms="UK-12")
def breathing_space(registration: Registration, terms: BreathingSpaceTerms) -> BreathingSpace:
    """Start, midway review and last day of breathing space."""
    start = registration.registered + timedelta(days=terms.starts_after_days)

    def nth(day: int) -> date:
        return start + timedelta(days=day - 1)

    return BreathingSpace(start, nth(terms.review_from_day), nth(terms.review_to_day), nth(terms.protected_days))


@dataclass(frozen=True, slots=True)
class CrisisTreatment(PolicyValue):
    """The last day of treatment in a mental health crisis; None while it goes on."""

    treatment_end: date | None


@dataclass(frozen=True, slots=True)
class CrisisTerms(PolicyValue):
    """Days for which the protection goes on after treatment."""

    days_after_treatment: int


@dataclass(frozen=True, slots=True)
class CrisisMoratorium:
    """The last protected day; None while nobody knows it."""

    last_protected_day: date | None


def _day_of(treatment: CrisisTreatment) -> date | None:
    return treatment.treatment_end


@formula("uk_mental_health_crisis", day=_day_of, terms="UK-13")
def crisis_moratorium(treatment: CrisisTreatment, terms: CrisisTerms) -> CrisisMoratorium:
    """Last protected day of a mental health crisis moratorium."""
    ended = treatment.treatment_end
    return CrisisMoratorium(None if ended is None else ended + timedelta(days=terms.days_after_treatment))
