"""Workouts of credit unions: interest joins the balance only under a written policy with limits (US-33)."""

from __future__ import annotations

from services.common.kernel.rule import business_rule
from services.plans.domain.catalogue import ReliefCatalogue, ReliefTerms, ReliefType
from services.plans.domain.reliefs.judging import Judged, judge

CAPITALISES = frozenset({ReliefType.DEFER_CAP, ReliefType.CAPITALISE, ReliefType.REAGE})


@business_rule(
    id="US-33",
    group="relief",
    summary="Unpaid interest joins the balance only where the catalogue says how often at most, and on what ground.",
    source="12 CFR 741 Appendix B",
)
def workout_has_limits(caps: ReliefTerms) -> bool:
    return bool(caps.frequency) and bool(caps.source.strip())


def judged_for_workouts(caps: ReliefTerms, catalogue: ReliefCatalogue) -> tuple[Judged, ...]:
    """The verdict where a law asks for it of a relief that capitalises; nothing elsewhere."""
    if not catalogue.workouts_limited or caps.relief not in CAPITALISES:
        return ()
    return (judge(workout_has_limits, caps),)
