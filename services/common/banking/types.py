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
    """The reliefs a core can be asked for on this port (relief catalogue: EXTEND, INT_STOP)."""

    EXTEND = "EXTEND"
    INT_STOP = "INT_STOP"


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
class PlanTerms:
    """What the core is asked to do with an account.

    EXTEND: the claim less waivers, amortised over `instalments` months at `annual_rate` (the account's own).
    INT_STOP: the claim less waivers in equal instalments without interest, the remainder in the last.
    """

    plan_key: str
    account_ref: str
    relief_type: CoreRelief
    first_due_date: date
    instalments: int
    annual_rate: Decimal
    waived_interest: Money
    waived_fees: Money


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
