"""The catalogue as the packs of a case leave it: never more than they allow."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from services.common.packs.rules import Rule
from services.plans.domain.catalogue import CARD, NO_CARD_INSTALMENTS, ReliefCatalogue, ReliefTerms
from services.plans.domain.relief_terms import Frequency, ReAgeTerms

RE_AGING, PRESENT_VALUE, SERVICE, CARD_INSTALMENTS, WORKOUTS = "US-32", "EU-02", "US-30", "CN-16", "US-33"
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


@dataclass(frozen=True, slots=True)
class ServiceByLaw:
    """The highest annual rate of a debt from before military service, in percent, in the name of the rule."""

    max_rate_percent: int


@dataclass(frozen=True, slots=True)
class CardInstalmentsByLaw:
    """The longest term of ordinary card instalments, in the name of the rule. What of a card balance is cash, which has
    caps of its own, no core tells."""

    max_term_months: int


def by_law(catalogue: ReliefCatalogue, rules: Iterable[Rule]) -> ReliefCatalogue:
    """The same with the numbers of the rules that are in force, where they are stricter than the catalogue's."""
    found = {rule.id: rule for rule in rules}
    if RE_AGING in found:
        told = found[RE_AGING].terms(ReAgingByLaw)
        catalogue = replace(catalogue, reliefs=tuple(_re_aged(relief, told) for relief in catalogue.reliefs))
    if PRESENT_VALUE in found:
        most = Decimal(found[PRESENT_VALUE].terms(PresentValueByLaw).over_npv_loss_percent)
        catalogue = replace(catalogue, diminished_threshold_percent=min(most, catalogue.diminished_threshold_percent))
    if SERVICE in found:
        most_percent = found[SERVICE].terms(ServiceByLaw).max_rate_percent
        catalogue = replace(catalogue, service_rate=Decimal(most_percent) / 100)
    if WORKOUTS in found:
        catalogue = replace(catalogue, workouts_limited=True)
    if CARD_INSTALMENTS in found:
        longest = found[CARD_INSTALMENTS].terms(CardInstalmentsByLaw).max_term_months
        shorter = tuple(
            one if one.relief in NO_CARD_INSTALMENTS else one.within(CARD, longest) for one in catalogue.reliefs
        )
        catalogue = replace(catalogue, reliefs=shorter, card_instalments_once=True)
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
