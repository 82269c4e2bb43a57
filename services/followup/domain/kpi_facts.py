"""What measures are computed from, and what one of them gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Spread:
    """How long something took: the middle one, and the one that nine of ten are not longer than."""

    count: int
    median: timedelta
    ninetieth: timedelta


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a period and a group.

    `counts` and `cases` are happenings and distinct cases by (kind, tag); `amounts`, `received` and `conceded` by
    (kind, tag, currency); `spreads` by name; `figures` are counts that come from more than one happening, by name;
    `values` are amounts of those by (name, currency); `moved` and `opening` are balances by ("M1->M2" or "M1",
    currency).
    """

    counts: Mapping[tuple[str, str], int] = field(default_factory=dict)
    amounts: Mapping[tuple[str, str, str], Decimal] = field(default_factory=dict)
    received: Mapping[tuple[str, str, str], Decimal] = field(default_factory=dict)
    conceded: Mapping[tuple[str, str, str], Decimal] = field(default_factory=dict)
    spreads: Mapping[str, Spread] = field(default_factory=dict)
    figures: Mapping[str, int] = field(default_factory=dict)
    values: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)
    moved: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)
    opening: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)

    def count(self, kind: str, *tags: str) -> int:
        """Happenings of a kind, of these tags if any are named."""
        return sum(n for (k, tag), n in self.counts.items() if k == kind and (not tags or tag in tags))


@dataclass(frozen=True, slots=True)
class Kpi:
    """A measure: `value` as people read it, and what it was computed from.

    `unit` is share, per_thousand, hours, count, ratio or score; `part` tells apart what one measure gives several of.
    """

    name: str
    unit: str
    value: str
    numerator: str | None = None
    denominator: str | None = None
    part: str = ""
