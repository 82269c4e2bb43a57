"""The terms of a relief: a schedule that may be irregular, what the core is told, and before against after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from services.common.kernel.money import Money
from services.plans.domain.catalogue import ReliefType
from services.plans.domain.comparison import Comparison


@dataclass(frozen=True, slots=True)
class ScheduledInstalment:
    """One payment of a plan. `month` counts from today; months without a payment have no line."""

    number: int
    due_date: date
    amount: Money
    month: int


class Method(StrEnum):
    """How the regular payments come out of the principal."""

    ANNUITY = "annuity"  # equal instalments with interest at the plan's rate, the last closes the balance
    EQUAL_PARTS = "equal_parts"  # the principal in equal parts rounded down, the remainder in the last; no interest
    AS_LISTED = "as_listed"  # the amounts of the schedule, one by one


@dataclass(frozen=True, slots=True)
class CoreInstruction:
    """From which a core makes the same schedule on its own books.

    `principal` is repaid by `instalments` payments at `annual_rate`, a month apart; before the first of them
    `pause_months` months pass without payment, counted from `starts_on`. `on_top` is collected in equal parts without
    interest with the first `on_top_months` payments. `waived_interest` and `waived_fees` are of what has accrued;
    `forgone_interest` is of the pause. `parked` stays owed after the last payment, until `review_date`; `released` is
    written off when the last payment was made.
    """

    method: Method
    principal: Money
    annual_rate: Decimal
    instalments: int
    starts_on: date
    pause_months: int
    on_top: Money
    on_top_months: int
    waived_interest: Money
    waived_fees: Money
    forgone_interest: Money
    principal_discount: Money
    parked: Money
    released: Money
    review_date: date | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of one relief, before and after: what is owed and the contract's interest on it, and no amount besides
    (US-21).

    `afterwards` are payments that follow when the plan is kept and nothing else is agreed: they are compared, and are
    no part of what is signed. `at_hand`: what the borrower has for the first payment of a lump sum.
    `recovery_percent`: what a settlement is worth today, in percent of the claim.
    """

    relief: ReliefType
    schedule: tuple[ScheduledInstalment, ...]
    afterwards: tuple[ScheduledInstalment, ...]
    instruction: CoreInstruction
    extension_months: int
    comparison: Comparison
    at_hand: Money | None = None
    recovery_percent: Decimal | None = None

    @property
    def instalments(self) -> int:
        return len(self.schedule)

    @property
    def waived(self) -> Money:
        """All that is given up: accrued interest and fees, interest of a pause, principal, what a settlement leaves."""
        told = self.instruction
        accrued = told.waived_interest + told.waived_fees
        return accrued + told.forgone_interest + told.principal_discount + told.released

    @property
    def payment(self) -> Money:
        """The regular instalment; the last may differ by the rounding."""
        return self.schedule[0].amount

    @property
    def highest_payment(self) -> Money:
        """The highest instalment, on which affordability is asked. The last of computed ones holds the rounding of all
        others and is not judged, unless it is the only one."""
        first, judged = self.schedule[0].amount, self.schedule
        if self.at_hand is not None and first <= self.at_hand:
            return max((line.amount for line in judged[1:]), default=Money.zero(first.currency))
        if self.instruction.method is not Method.AS_LISTED and len(judged) > 1:
            judged = judged[:-1]
        return max(line.amount for line in judged)

    @property
    def end_date(self) -> date:
        return self.schedule[-1].due_date

    @property
    def total(self) -> Money:
        """All payments of the plan."""
        return Money.total((line.amount for line in self.schedule), self.instruction.principal.currency)
