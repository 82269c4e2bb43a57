"""Cure and probation of a forborne exposure in the European Union (EU-03 to EU-06), and the 1 % test (EU-02)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from services.common.kernel.errors import InvalidInput
from services.common.kernel.formula import formula
from services.common.kernel.money import Money
from services.common.kernel.months import add_months
from services.common.kernel.rule import business_rule

Status = Literal["PERFORMING", "NON_PERFORMING"]


@dataclass(frozen=True, slots=True)
class ForborneExposure:
    """How it stood when the measure was granted, and whether it stays free of more than thirty days past due.

    The cure runs from the latest of the measure, a default and the end of a grace period.
    """

    status_at_grant: Status
    measure_granted: date
    no_30dpd: bool
    defaulted: date | None = None
    grace_ends: date | None = None


@dataclass(frozen=True, slots=True)
class CureTerms:
    """Months from the measure until an exposure may leave non-performing."""

    min_cure_months: int


@dataclass(frozen=True, slots=True)
class ProbationTerms:
    """Months as a performing exposure until the forborne mark may go."""

    min_probation_months: int


@dataclass(frozen=True, slots=True)
class Forbearance:
    """The earliest days. There is no cure of what was performing, and no exit while over thirty days are past due."""

    cure_earliest: date | None
    probation_start: date
    forborne_exit_earliest: date | None


@formula("eu_forbearance", day=lambda exposure: exposure.measure_granted, cure="EU-03", probation="EU-04")
def forbearance(exposure: ForborneExposure, cure: CureTerms, probation: ProbationTerms) -> Forbearance:
    """Earliest cure, begin of probation and end of the forborne mark of an exposure.

    What performed when the measure was granted is on probation from that day. InvalidInput when a performing exposure
    is said to have defaulted by then.
    """
    granted = exposure.measure_granted
    if exposure.status_at_grant == "PERFORMING":
        if exposure.defaulted is not None and exposure.defaulted <= granted:
            raise InvalidInput("an exposure in default does not perform")
        cured, start = None, granted
    else:
        latest = max(day for day in (granted, exposure.defaulted, exposure.grace_ends) if day is not None)
        cured = start = add_months(latest, cure.min_cure_months)
    ends = add_months(start, probation.min_probation_months)
    return Forbearance(cured, start, ends if exposure.no_30dpd else None)


@dataclass(frozen=True, slots=True)
class DiminishedTerms:
    """The loss of present value, in percent, above which a concession is a default."""

    over_npv_loss_percent: Decimal


def is_default(npv_loss_percent: Decimal, terms: DiminishedTerms) -> bool:
    """Whether a concession takes so much off the present value at the original rate that it is a default (EU-02)."""
    return npv_loss_percent > terms.over_npv_loss_percent


@business_rule(
    id="EU-05",
    group="marks",
    summary="A new measure in the cure or probation of an exposure that did not perform makes it non-performing again.",
    source="EBA Q&A 2014_886, 2015_1842; what always performed is judged by itself",
)
def in_probation_after_default(status: str | None, forborne_until: date | None, day: date) -> bool:
    return status == "NON_PERFORMING" and (forborne_until is None or day < forborne_until)


@dataclass(frozen=True, slots=True)
class MaterialTerms:
    """What is past due counts over this many days, when it is more than an amount of a retail debtor and more than a
    share of the exposure."""

    over_days: int
    over_retail_eur: int
    over_exposure_percent: int


@dataclass(frozen=True, slots=True)
class PastDue:
    """What is past due of an exposure; both in its currency. The amount of the rule is in euro: in another currency
    only the share is asked, which is the stricter reading."""

    amount: Money
    exposure: Money


@business_rule(
    id="EU-01",
    group="marks",
    summary="An exposure does not perform when a material obligation is past due for more days than the rule has.",
    source="CRR Art. 178; Delegated Regulation 2018/171",
)
def past_due_is_default(days: int, past_due: PastDue | None, terms: MaterialTerms) -> bool:
    if days <= terms.over_days:
        return False
    if past_due is None:
        return True
    amount, exposure = past_due.amount, past_due.exposure
    little = amount.currency == "EUR" and amount <= Money.of(Decimal(terms.over_retail_eur), "EUR")
    return not little and amount > exposure.times(Decimal(terms.over_exposure_percent) / 100)
