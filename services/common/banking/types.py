"""What crosses the core-banking port: clients, accounts, schedules and answers, in the words of Forbear."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from services.common.kernel.money import Money


class CoreRelief(StrEnum):
    """The reliefs a core can be asked for on this port, in the words of the relief catalogue."""

    EXTEND = "EXTEND"
    INT_STOP = "INT_STOP"
    DEFER_CAP = "DEFER_CAP"
    DEFER_SPREAD = "DEFER_SPREAD"
    DEFER_WAIVE = "DEFER_WAIVE"
    REDUCED = "REDUCED"
    RATE_CUT = "RATE_CUT"
    FEE_WAIVE = "FEE_WAIVE"
    INT_WAIVE = "INT_WAIVE"
    PRIN_DISC = "PRIN_DISC"
    CAPITALISE = "CAPITALISE"
    REAGE = "REAGE"
    SETTLE = "SETTLE"


#: Reliefs that a core makes of the claim, a number of instalments and the waivers alone.
PLAIN = frozenset({CoreRelief.EXTEND, CoreRelief.INT_STOP})


class CoreMethod(StrEnum):
    """How regular payments come out of the principal: with interest, in equal parts without, or as they are listed."""

    ANNUITY = "annuity"
    EQUAL_PARTS = "equal_parts"
    AS_LISTED = "as_listed"


class CoreStatus(StrEnum):
    """How a command to the core ended. UNKNOWN: it may or may not have happened; only reading back can tell."""

    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class CoreClient:
    """The borrower as the bank knows them. Personal data: never logged, never published."""

    borrower_ref: str
    name: str = field(repr=False)
    phone: str | None = field(repr=False)
    language: str
    time_zone: str
    email: str | None = field(default=None, repr=False)
    postal_address: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Arrears:
    """What is past due, by component."""

    principal: Money
    interest: Money
    fees: Money

    @property
    def total(self) -> Money:
        return self.principal + self.interest + self.fees


@dataclass(frozen=True, slots=True)
class AccountSnapshot:
    """An account at the close of `as_of`.

    `balance` is the principal that is not yet due, so `balance + arrears.total` is the whole claim. `annual_rate` is
    a nominal decimal (0.12). `remaining_periods` and `monthly_payment` describe the part that is not yet due.
    """

    account_ref: str
    borrower_ref: str
    product: str
    currency: str
    balance: Money
    arrears: Arrears
    oldest_unpaid_due_date: date | None
    annual_rate: Decimal
    remaining_periods: int
    monthly_payment: Money
    as_of: date

    @property
    def claim(self) -> Money:
        """Everything owed without future interest."""
        return self.balance + self.arrears.total


class CorePayment(NamedTuple):
    """Money that came in, by the day from which it counts."""

    value_date: date
    amount: Money


@dataclass(frozen=True, slots=True)
class AccountHistory:
    """What became of an account: when it was opened (None where the core does not say), every payment that was not
    reversed, and the days on which it was re-aged; both in order of their days."""

    opened_on: date | None
    payments: tuple[CorePayment, ...]
    re_aged_on: tuple[date, ...]


class InterestPause(NamedTuple):
    """Days on which an account earns no interest and no fees, the first and the last included, and the core's name."""

    reference: str
    first_day: date
    last_day: date

    def covers(self, day: date) -> bool:
        """Whether nothing accrues on a day."""
        return self.first_day <= day <= self.last_day


class CoreInstalment(NamedTuple):
    """One line of a schedule; a plain tuple of the same three values is accepted wherever one is read."""

    number: int
    due_date: date
    amount: Money


@dataclass(frozen=True, slots=True)
class CoreSchedule:
    """A schedule as the core holds it. `reference` is the core's name for the restructuring, None for a preview."""

    reference: str | None
    instalments: tuple[CoreInstalment, ...]
    total: Money
    hash: str

    @classmethod
    def of(cls, reference: str | None, instalments: Iterable[tuple[int, date, Money]], currency: str) -> CoreSchedule:
        """From its lines: the total and the hash are computed."""
        lines = tuple(CoreInstalment(*line) for line in instalments)
        return cls(reference, lines, Money.total((line.amount for line in lines), currency), schedule_hash(lines))


@dataclass(frozen=True, slots=True)
class Arrangement:
    """From which a core makes a schedule that is more than a longer term or a stop of interest.

    `claim` is the whole claim on which it was computed: on other books the core refuses. `principal` is repaid by
    `instalments` payments at `annual_rate`, a month apart; before the first of them `pause_months` months pass without
    payment, counted from the first due date of the terms. `on_top` is collected in equal parts without interest with
    the first `on_top_months` payments. `forgone_interest` is of the pause, `principal_discount` goes for good, `parked`
    stays owed after the last payment until `review_date`, and `released` is written off when it was made. `amounts` are
    the payments when they are listed.
    """

    method: CoreMethod
    claim: Money
    principal: Money
    annual_rate: Decimal
    pause_months: int
    on_top: Money
    on_top_months: int
    forgone_interest: Money
    principal_discount: Money
    parked: Money
    released: Money
    review_date: date | None = None
    amounts: tuple[Money, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanTerms:
    """What the core is asked to do with an account.

    EXTEND: the claim less waivers, amortised over `instalments` months at `annual_rate` (the account's own).
    INT_STOP: the claim less waivers in equal instalments without interest, the remainder in the last.
    All others: as the arrangement says; `instalments` are those of its principal, `annual_rate` is the account's own.
    """

    plan_key: str
    account_ref: str
    relief_type: CoreRelief
    first_due_date: date
    instalments: int
    annual_rate: Decimal
    waived_interest: Money
    waived_fees: Money
    arrangement: Arrangement | None = None


@dataclass(frozen=True, slots=True)
class CoreAnswer:
    """The answer to a command: `reference` when done, the core's `code` when refused or why it is unknown."""

    status: CoreStatus
    reference: str | None = None
    code: str | None = None


def schedule_hash(instalments: Iterable[tuple[int, date, Money]]) -> str:
    """SHA-256 (hex) of the canonical JSON of a schedule's lines, in order; the same for our plan and the core's."""
    lines = [[number, due.isoformat(), str(amount.amount), amount.currency] for number, due, amount in instalments]
    return hashlib.sha256(json.dumps(lines, separators=(",", ":")).encode()).hexdigest()
