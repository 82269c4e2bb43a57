"""What a borrower may apply for, before anything is known of their means: by product, debt, cause and day alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from services.plans.domain import relief_rules as rules
from services.plans.domain.catalogue import WITHOUT_A_PLAN, ReliefCatalogue, ReliefTerms, ReliefType
from services.plans.domain.options import conditions
from services.plans.domain.reliefs.facts import Circumstances
from services.plans.domain.reliefs.judging import Judged, judge


class StillAsked(StrEnum):
    """What decides later whether a relief that fits is granted."""

    CAUSE = "cause"  # it is for certain reasons of hardship, and none was told yet
    MEANS = "means"  # it changes terms: income and outgoings are judged, with evidence
    WILLINGNESS = "willingness"  # difficulty and willingness to pay must be shown
    PEOPLE = "people"  # people decide each case


@dataclass(frozen=True, slots=True)
class Programme:
    """A relief of the catalogue with the conditions that can be judged already, and what is still asked."""

    relief: ReliefType
    verdicts: tuple[Judged, ...]
    asked: tuple[StillAsked, ...]

    @property
    def fits(self) -> bool:
        return all(verdict.passed for verdict in self.verdicts)


def programmes(product: str, found: Circumstances, catalogue: ReliefCatalogue) -> tuple[Programme, ...]:
    """Every relief in the order of the catalogue; a cause that nobody told yet excludes nothing."""
    return tuple(
        Programme(caps.relief, tuple(_verdicts(caps, product, found)), tuple(_asked(caps, found)))
        for caps in catalogue.reliefs
    )


def _verdicts(caps: ReliefTerms, product: str, found: Circumstances) -> Iterator[Judged]:
    yield judge(rules.relief_is_offered_for_product, product, frozenset(caps.max_instalments))
    if found.cause is None:
        caps = replace(caps, eligibility=replace(caps.eligibility, causes=None))
    yield from conditions(caps, found)


def _asked(caps: ReliefTerms, found: Circumstances) -> Iterator[StillAsked]:
    if found.cause is None and caps.eligibility.causes is not None:
        yield StillAsked.CAUSE
    if caps.relief not in WITHOUT_A_PLAN:
        yield StillAsked.MEANS
    if caps.needs_difficulty:
        yield StillAsked.WILLINGNESS
    if caps.people_decide:
        yield StillAsked.PEOPLE
