"""Stages of collection: which one an account is in, and from which day its borrower may be contacted about arrears."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from services.common.kernel.dated import PolicyValue
from services.common.kernel.rule import business_rule


@dataclass(frozen=True, slots=True)
class Stage(PolicyValue):
    """A stage, the first day past due that belongs to it, and whether borrowers are contacted about arrears in it."""

    stage: str
    from_day: int
    collects: bool = True


@dataclass(frozen=True, slots=True)
class StagePolicy(PolicyValue):
    """Stages in ascending order, by product where a product has its own. ValueError for a list that has a gap."""

    usual: tuple[Stage, ...]
    products: Mapping[str, tuple[Stage, ...]]

    def __post_init__(self) -> None:
        for stages in (self.usual, *self.products.values()):
            days = [stage.from_day for stage in stages]
            if not days or days[0] != 0 or days != sorted(set(days)):
                raise ValueError("stages begin on day 0 and follow each other")

    def of(self, product: str) -> tuple[Stage, ...]:
        """The stages of a product."""
        return self.products.get(product, self.usual)

    def stage(self, product: str, days_past_due: int) -> Stage:
        """The stage of an account that is so many days past due."""
        return next(stage for stage in reversed(self.of(product)) if stage.from_day <= days_past_due)

    def collects_from(self, product: str, oldest_unpaid_due_date: date | None) -> date | None:
        """The first day on which the borrower is contacted about arrears; None: nothing is past due, or never."""
        first = next((stage.from_day for stage in self.of(product) if stage.collects), None)
        if first is None or oldest_unpaid_due_date is None:
            return None
        return oldest_unpaid_due_date + timedelta(days=first)


@business_rule(
    id="STG-01",
    group="triage",
    summary="Nobody is contacted about arrears before the stage of the product that collects has begun.",
)
def stage_has_begun(today: date, collects_from: date | None) -> bool:
    return collects_from is None or today >= collects_from
