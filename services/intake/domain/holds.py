"""Holds: what may not be done to a borrower for a time, whatever the state of the case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.common.kernel.dated import PolicyValue
from services.common.kernel.period import Period


class ActionClass(StrEnum):
    """What a hold can block: acts against the debt, offers of new terms, verdicts on instalments, and messages."""

    DEMAND_CALL = "demand_call"
    DEMAND_MESSAGE = "demand_message"
    VISIT = "visit"
    ENFORCEMENT = "enforcement"
    AGENCY_PLACEMENT = "agency_placement"
    INTEREST_ACCRUAL = "interest_accrual"
    FEE = "fee"
    CREDIT_REPORTING = "credit_reporting"
    SALE_OF_DEBT = "sale_of_debt"
    OFFER = "offer"
    VERDICT = "verdict"
    ARRANGEMENT = "arrangement"
    REMINDER = "reminder"
    REPLY = "reply"
    STATUTORY_NOTICE = "statutory_notice"
    RECEIPT = "receipt"


class Reach(StrEnum):
    """Whom a hold reaches: a person in all their cases, a person in this case only, or that person everywhere and in
    this case everybody who owes the debt."""

    PERSON = "person"
    SHARE = "share"
    DEBT = "debt"


@dataclass(frozen=True, slots=True)
class HoldTerms(PolicyValue):
    """What one kind of hold blocks, how long it lasts unless told otherwise (None: until lifted), who may lift it, and
    whom it reaches: the person, the person's share in this debt, or everybody who owes it.

    `most_days` is how long it lasts at most, each time; `renewals` how often its end may be moved (None: no limit).
    """

    blocks: frozenset[ActionClass]
    days: int | None
    lifted_by: str
    reach: Reach = Reach.PERSON
    most_days: int | None = None
    renewals: int | None = None


@dataclass(frozen=True, slots=True)
class HoldPolicy(PolicyValue):
    """Terms by kind of hold (BREATHING_SPACE, DISPUTE, ...).

    `in_bulk` are the kinds that are placed for many at once; such a job is done within `bulk_hours`.
    """

    kinds: Mapping[str, HoldTerms]
    in_bulk: frozenset[str]
    bulk_hours: int

    def __post_init__(self) -> None:
        unknown = self.in_bulk - set(self.kinds)
        if unknown:
            raise ValueError(f"there are no such kinds: {', '.join(sorted(unknown))}")
        if costly := self.in_bulk & self.stopping_interest:
            raise ValueError(f"these stop interest, which is asked case by case: {', '.join(sorted(costly))}")

    @property
    def stopping_interest(self) -> frozenset[str]:
        """The kinds while which no interest accrues."""
        return frozenset(kind for kind, terms in self.kinds.items() if ActionClass.INTEREST_ACCRUAL in terms.blocks)


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold in its period; only the blocked classes are known outside intake, not the cause."""

    hold_id: str
    blocks: frozenset[ActionClass]
    period: Period[datetime]


def blocking(holds: Iterable[Hold], action: ActionClass, now: datetime) -> tuple[Hold, ...]:
    """The holds that block `action` at `now`, in order of their ids."""
    found = (h for h in holds if action in h.blocks and h.period.contains(now))
    return tuple(sorted(found, key=lambda h: h.hold_id))
