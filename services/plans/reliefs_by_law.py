"""The catalogue as the packs of a case leave it: never more than they allow."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from services.common.packs.rules import Rule
from services.plans.domain.catalogue import ReliefCatalogue, ReliefTerms
from services.plans.domain.relief_terms import Frequency, ReAgeTerms

RE_AGING, PRESENT_VALUE = "US-32", "EU-02"
_TWICE = 2


@dataclass(frozen=True, slots=True)
class ReAgingByLaw:
    """When an open account may be brought up to date, in the names of the rule."""

    re_age_min_account_months: int
    re_age_min_payments: int
    re_age_once_per_months: int
    re_age_twice_per_years: int


@dataclass(frozen=True, slots=True)
class PresentValueByLaw:
    """The loss of present value above which a concession is a default, in the name of the rule."""

    over_npv_loss_percent: int


def by_law(catalogue: ReliefCatalogue, rules: Iterable[Rule]) -> ReliefCatalogue:
    """The same with the numbers of the rules that are in force, where they are stricter than the catalogue's."""
    found = {rule.id: rule for rule in rules}
    if RE_AGING in found:
        told = found[RE_AGING].terms(ReAgingByLaw)
        catalogue = replace(catalogue, reliefs=tuple(_re_aged(relief, told) for relief in catalogue.reliefs))
    if PRESENT_VALUE in found:
        most = Decimal(found[PRESENT_VALUE].terms(PresentValueByLaw).over_npv_loss_percent)
        catalogue = replace(catalogue, diminished_threshold_percent=min(most, catalogue.diminished_threshold_percent))
    return catalogue


def _re_aged(relief: ReliefTerms, told: ReAgingByLaw) -> ReliefTerms:
    if relief.re_age is None:
        return relief
    house = relief.re_age
    return replace(
        relief,
        re_age=ReAgeTerms(
            max(house.min_account_months, told.re_age_min_account_months),
            max(house.min_payments, told.re_age_min_payments),
        ),
        frequency=(
            *relief.frequency,
            Frequency(1, told.re_age_once_per_months),
            Frequency(_TWICE, told.re_age_twice_per_years * 12),
        ),
    )
