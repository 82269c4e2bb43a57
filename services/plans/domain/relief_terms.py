"""Who may have a relief, and the numbers each family of reliefs is computed with: the parts of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.common.kernel.dated import PolicyValue


@dataclass(frozen=True, slots=True)
class Span(PolicyValue):
    """A range of whole numbers, both ends included; an end that is not there is open."""

    least: int | None = None
    most: int | None = None

    def holds(self, value: int) -> bool:
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)


@dataclass(frozen=True, slots=True)
class Programme(PolicyValue):
    """A programme is open from its first day to its last, both included; None: without end."""

    first_day: date
    last_day: date | None

    def open_on(self, day: date) -> bool:
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)


@dataclass(frozen=True, slots=True)
class Eligibility(PolicyValue):
    """Conditions beside the product; None: not asked. `causes` are reasons of hardship, `packs` rule packs."""

    days_past_due: Span | None = None
    age_months: Span | None = None
    causes: frozenset[str] | None = None
    packs: frozenset[str] | None = None
    programme: Programme | None = None


@dataclass(frozen=True, slots=True)
class Frequency(PolicyValue):
    """The same relief at most `times` for an account within `months`."""

    times: int
    months: int


@dataclass(frozen=True, slots=True)
class PauseTerms(PolicyValue):
    """Months without payment: at most, and when nobody says."""

    max_months: int
    usual_months: int


@dataclass(frozen=True, slots=True)
class ReducedTerms(PolicyValue):
    """Months of smaller payments, and by currency the token payment that a deficit may bear."""

    max_months: int
    usual_months: int
    token: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class RateTerms(PolicyValue):
    """The lowest annual rate that may be granted, and the steps in which a rate is cut."""

    lowest: Decimal
    step: Decimal


@dataclass(frozen=True, slots=True)
class WaiverTerms(PolicyValue):
    """How much of what has accrued may go: a percentage, and an amount by currency (one that is not listed: nothing);
    and over how many months the rest of the arrears is caught up at most."""

    max_percent: Decimal
    max_amount: Mapping[str, Decimal]
    max_catch_up_months: int


@dataclass(frozen=True, slots=True)
class DiscountTerms(PolicyValue):
    """The highest part of the principal that may go, in percent."""

    max_percent: Decimal


@dataclass(frozen=True, slots=True)
class Recovery(PolicyValue):
    """What would be collected otherwise: a percentage of the claim in a month, with a probability."""

    month: int
    percent: Decimal
    probability: Decimal


@dataclass(frozen=True, slots=True)
class SettlementTerms(PolicyValue):
    """One age of debt: the least share of the claim that a settlement is worth today, what is expected without it and
    what that costs in percent of the claim, and in how many monthly parts it may be paid."""

    age_months: Span
    floor_recovery_percent: Decimal
    expected: tuple[Recovery, ...]
    collection_cost_percent: Decimal
    max_parts: int


@dataclass(frozen=True, slots=True)
class ReAgeTerms(PolicyValue):
    """How old an account is and how many payments in a row it had before it is brought up to date."""

    min_account_months: int
    min_payments: int


@dataclass(frozen=True, slots=True)
class HoldTerms(PolicyValue):
    """Days of an interim hold at most, and the days of a year for its interest."""

    max_days: int
    day_count_basis: int


@dataclass(frozen=True, slots=True)
class PromiseTerms(PolicyValue):
    """Days from today to the promised payment at most."""

    max_days: int


@dataclass(frozen=True, slots=True)
class ValueTerms(PolicyValue):
    """What a plan must be worth to the lender: its payments at an annual effective rate, in percent of the claim."""

    discount_rate: Decimal
    min_recovery_percent: Decimal
