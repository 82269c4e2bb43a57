"""What a verdict on an agreement is about, and what it says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256

from services.common.kernel.money import Money


class InstalmentState(StrEnum):
    """State of one instalment. MISSED is judged, and says nothing about why; CAUGHT_UP was paid after its time."""

    SCHEDULED = "SCHEDULED"
    DUE = "DUE"
    PART_PAID = "PART_PAID"
    PAID = "PAID"
    MISSED = "MISSED"
    CAUGHT_UP = "CAUGHT_UP"


class Standing(StrEnum):
    """How the agreement stands as a whole. A candidate for broken is contacted before anything is decided."""

    ON_TRACK = "ON_TRACK"
    AT_RISK = "AT_RISK"
    BROKEN_CANDIDATE = "BROKEN_CANDIDATE"
    COMPLETED = "COMPLETED"


@dataclass(frozen=True, slots=True)
class Due:
    """One instalment of the agreed schedule."""

    number: int
    due_date: date
    amount: Money


@dataclass(frozen=True, slots=True)
class AgreementTerms:
    """How strictly instalments are judged: days of grace, percentage that may be missing, limits before broken."""

    grace_days: int
    tolerance_percent: Decimal
    broken_after_missed: int
    broken_after_days: int


@dataclass(frozen=True, slots=True)
class InstalmentVerdict:
    """One instalment: what it holds, what of it came in time, the last day for that, and the resulting state.

    `shortfall` is what is missing of the amount. `paid_on` is the value date that made it enough, if it is.
    """

    number: int
    due_date: date
    amount: Money
    paid: Money
    paid_in_time: Money
    last_good_day: date
    paid_on: date | None
    state: InstalmentState

    @property
    def shortfall(self) -> Money:
        return self.amount - self.paid


@dataclass(frozen=True, slots=True)
class AgreementVerdict:
    """All instalments, the standing, the money, and reversals that wait for the payment they reverse."""

    instalments: tuple[InstalmentVerdict, ...]
    standing: Standing
    received: Money
    unapplied: Money
    unmatched_reversals: tuple[str, ...]

    @property
    def state_hash(self) -> str:
        """SHA-256, in hex, of everything that was judged: two verdicts with one hash are the same verdict."""
        lines = (
            f"{v.number} {v.due_date} {v.amount.minor} {v.paid.minor} {v.paid_in_time.minor} {v.last_good_day} "
            f"{v.paid_on} {v.state}"
            for v in self.instalments
        )
        money = f"{self.received.minor} {self.unapplied.minor} {self.received.currency}"
        said = "\n".join(("verdict-1", self.standing, money, " ".join(self.unmatched_reversals), *lines))
        return sha256(said.encode()).hexdigest()
