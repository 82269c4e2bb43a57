"""Which regulatory marks a plan gets when it is approved, under the rules of its case on that day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from services.plans.domain.catalogue import ReliefType
from services.plans.domain.flags.codes import FlagCode
from services.plans.domain.flags.floor import AssetClass, FloorTerms, ObservedTerms, observed_floor, worst
from services.plans.domain.flags.forbearance import (
    CureTerms,
    DiminishedTerms,
    ForborneExposure,
    MaterialTerms,
    PastDue,
    ProbationTerms,
    Status,
    forbearance,
    is_default,
    past_due_is_default,
)
from services.plans.domain.flags.observation import ChangedContract, ObservationTerms, observation
from services.plans.domain.flags.re_age import ReAgeTerms, next_re_age

T = TypeVar("T")
MONTHLY = 1
CARD = "credit_card"


@dataclass(frozen=True, slots=True)
class MarkFacts:
    """The plan as it is approved on `day`. `restructured`: terms change for a borrower in difficulty. `in_probation`:
    an earlier measure found the exposure non-performing, and its forborne mark has not gone yet. `past_due`: None where
    it was not stored."""

    day: date
    relief: ReliefType
    product: str
    days_past_due: int
    restructured: bool
    repeat: bool
    npv_loss_percent: Decimal
    first_due: date
    in_probation: bool = False
    past_due: PastDue | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark: set or not, by which rules, with a code of the reason, a value where it has one, and its dates."""

    code: FlagCode
    decided: bool
    rules: tuple[str, ...]
    reason: str
    value: str | None = None
    starts_on: date | None = None
    earliest_end: date | None = None


@dataclass(frozen=True, slots=True)
class MarkRules:
    """The numbers of the rules that are in force in the case, by rule id."""

    numbers: Mapping[str, Mapping[str, Any]]

    def has(self, *rules: str) -> bool:
        return all(rule in self.numbers for rule in rules)

    def terms(self, rule: str, kind: type[T]) -> T:
        """The parameters that a dataclass has fields for."""
        names = kind.__dataclass_fields__  # type: ignore[attr-defined]
        return kind(**{name: self.numbers[rule][name] for name in names})


def marks(facts: MarkFacts, rules: MarkRules) -> tuple[Mark, ...]:
    """The marks of every jurisdiction whose rules are in force in the case."""
    found: list[Mark] = []
    if rules.has("CN-19", "CN-21", "CN-22"):
        found += _mainland_china(facts, rules)
    if rules.has("EU-01", "EU-02", "EU-03", "EU-04"):
        found += _european_union(facts, rules)
    if rules.has("US-32") and facts.relief is ReliefType.REAGE:
        again = next_re_age((facts.day,), rules.terms("US-32", ReAgeTerms))
        found.append(Mark(FlagCode.US_RE_AGE, True, ("US-32",), "re_aged", None, facts.day, again))
    return tuple(found)


def _mainland_china(facts: MarkFacts, rules: MarkRules) -> list[Mark]:
    by_days = ["CN-19", *(["CN-20"] if facts.product == CARD and rules.has("CN-20") else [])]
    before = worst(*(rules.terms(rule, FloorTerms).floor(facts.days_past_due) for rule in by_days))
    if not facts.restructured:
        return [
            Mark(FlagCode.CN_RESTRUCTURED, False, ("CN-21",), "terms_unchanged_or_no_difficulty"),
            Mark(FlagCode.CN_CLASS_FLOOR, True, tuple(by_days), "days_past_due", before.value),
        ]
    observed = observation(ChangedContract(facts.first_due, MONTHLY), rules.terms("CN-21", ObservationTerms))
    held = {name: AssetClass(value) for name, value in rules.numbers["CN-22"].items() if name.startswith("floor_")}
    floor = observed_floor(before, ObservedTerms(**held), again=facts.repeat)
    reason = "restructured_again" if facts.repeat else "difficulty_and_concession"
    dates = (observed.period_start, observed.earliest_end)
    return [
        Mark(FlagCode.CN_RESTRUCTURED, True, ("CN-21",), reason, None, *dates),
        Mark(FlagCode.CN_CLASS_FLOOR, True, (*by_days, "CN-22"), reason, floor.value, *dates),
    ]


def _european_union(facts: MarkFacts, rules: MarkRules) -> list[Mark]:
    loss = facts.npv_loss_percent
    defaults = facts.restructured and is_default(loss, rules.terms("EU-02", DiminishedTerms))
    again = facts.in_probation and facts.restructured and rules.has("EU-05")
    performs = (
        not defaults
        and not again
        and not past_due_is_default(facts.days_past_due, facts.past_due, rules.terms("EU-01", MaterialTerms))
    )
    status: Status = "PERFORMING" if performs else "NON_PERFORMING"
    if not facts.restructured:
        return [
            Mark(FlagCode.EU_FORBORNE, False, ("EU-03",), "terms_unchanged_or_no_difficulty", status),
            Mark(FlagCode.EU_DEFAULT, False, ("EU-02",), "no_concession", str(loss)),
        ]
    found = forbearance(
        ForborneExposure(status, facts.day, no_30dpd=True),
        rules.terms("EU-03", CureTerms),
        rules.terms("EU-04", ProbationTerms),
    )
    reason = "non_performing_at_grant" if status == "NON_PERFORMING" else "performing_at_grant"
    ids: tuple[str, ...] = ("EU-03", "EU-04") if found.cure_earliest else ("EU-04",)
    if again:
        reason, ids = "measure_in_probation", (*ids, "EU-05")
    forborne = Mark(FlagCode.EU_FORBORNE, True, ids, reason, status, facts.day, found.forborne_exit_earliest)
    if not defaults:
        return [forborne, Mark(FlagCode.EU_DEFAULT, False, ("EU-02",), "loss_within_limit", str(loss))]
    in_default = Mark(
        FlagCode.EU_DEFAULT, True, ("EU-02", "EU-03"), "loss_over_limit", str(loss), facts.day, found.cure_earliest
    )
    return [forborne, in_default]
