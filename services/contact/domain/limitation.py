"""Until when a debt can be claimed in court: what the bank says of it, and what has made the time begin anew since."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.common.kernel.months import add_months

_MONTHS_OF_A_YEAR = 12


class Renewal(StrEnum):
    """What makes the time begin anew, by the names that rules give it (CN-26). A suit is told by the bank."""

    DEMAND = "demand"
    AGREEMENT = "agreement_to_perform"


@dataclass(frozen=True, slots=True)
class Limitation:
    """What was said of a debt on `as_of`: the day from which the time is counted, or its last day. One of them."""

    as_of: date
    counted_from: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class LimitationTerms:
    """How long the time is, and what makes it begin anew. Without years only a last day that was said counts."""

    years: int | None = None
    renewed_by: frozenset[str] = frozenset()


def last_day(said: Limitation, renewals: Iterable[tuple[date, Renewal]], terms: LimitationTerms) -> date | None:
    """The last day on which the debt can be claimed; None when that is not known.

    A time of N years from a day ends with the same day N years later. A demand begins it anew only while it runs; an
    agreement to perform does so afterwards too, for it is a promise of its own (CN-26).
    """
    if terms.years is None:
        return said.ends_on
    ends = said.ends_on
    if said.counted_from is not None:
        ends = _years_after(said.counted_from, terms.years)
    since = said.counted_from or said.as_of
    for day, renewal in sorted(renewals):
        counts = renewal in terms.renewed_by and day >= since
        if counts and (ends is None or day <= ends or renewal is Renewal.AGREEMENT):
            ends = _years_after(day, terms.years)
    return ends


def is_barred(ends_on: date | None, today: Collection[date]) -> bool:
    """Whether the last day is over in every place where the debtor may be; nobody guesses one that is not known."""
    return ends_on is not None and all(day > ends_on for day in today)


def _years_after(day: date, years: int) -> date:
    return add_months(day, years * _MONTHS_OF_A_YEAR)
