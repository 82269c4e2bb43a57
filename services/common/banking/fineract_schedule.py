"""Fineract's loan read into our snapshot and schedule, with the checks that make its numbers believable."""

from datetime import date
from itertools import pairwise
from typing import Any

from services.common.banking import fineract_wire as wire
from services.common.banking.errors import CoreAnswerInvalid
from services.common.banking.types import (
    AccountHistory,
    AccountSnapshot,
    Arrears,
    CoreInstalment,
    CorePayment,
    CoreSchedule,
)
from services.common.kernel.money import Money

_MAX_INSTALMENTS = 600


def snapshot_from(loan: dict[str, Any], account_ref: str, today: date) -> AccountSnapshot:
    """The account as of `today`. CoreAnswerInvalid when currency, sums or dates contradict each other."""
    currency = wire.text(wire.mapping(loan, "currency"), "code", 3)
    summary = wire.mapping(loan, "summary")
    if wire.text(wire.mapping(summary, "currency"), "code", 3) != currency:
        raise CoreAnswerInvalid("summary.currency: another currency than the loan's")
    arrears = Arrears(
        wire.money(summary, "principalOverdue", currency),
        wire.money(summary, "interestOverdue", currency),
        wire.money(summary, "feeChargesOverdue", currency),
    )
    if arrears.total != wire.money(summary, "totalOverdue", currency):
        raise CoreAnswerInvalid("summary.totalOverdue: not the sum of its parts")
    since = wire.day(summary, "overdueSinceDate") if summary.get("overdueSinceDate") is not None else None
    if (since is not None) != arrears.total.is_positive or (since is not None and since > today):
        raise CoreAnswerInvalid("summary.overdueSinceDate: does not fit what is overdue")
    balance = wire.money(summary, "principalOutstanding", currency) - arrears.principal
    if balance.is_negative:
        raise CoreAnswerInvalid("summary.principalOutstanding: less than what is overdue of it")
    ahead = _ahead(loan, currency, today)
    return AccountSnapshot(
        account_ref=account_ref,
        borrower_ref=wire.text(loan, "clientExternalId"),
        product=wire.text(loan, "loanProductName", 64),
        currency=currency,
        balance=balance,
        arrears=arrears,
        oldest_unpaid_due_date=since,
        annual_rate=wire.decimal(loan, "annualInterestRate") / 100,
        remaining_periods=len(ahead),
        monthly_payment=ahead[0] if ahead else Money.zero(currency),
        as_of=today,
    )


def history_from(loan: dict[str, Any]) -> AccountHistory:
    """Opening, payments and re-agings. CoreAnswerInvalid when one has no day or no amount."""
    currency = wire.text(wire.mapping(loan, "currency"), "code", 3)
    timeline = loan.get("timeline")
    opened = wire.day(wire.mapping(loan, "timeline"), "actualDisbursementDate") if timeline is not None else None
    lines = [
        (wire.text(wire.mapping(line, "type"), "code"), line)
        for line in wire.listing(loan, "transactions")
        if line.get("manuallyReversed") is False
    ]
    return AccountHistory(
        opened_on=opened,
        payments=tuple(
            sorted(
                CorePayment(wire.day(line, "date"), wire.money(line, "amount", currency))
                for code, line in lines
                if code == "loanTransactionType.repayment"
            )
        ),
        re_aged_on=tuple(sorted(wire.day(line, "date") for code, line in lines if code == "loanTransactionType.reAge")),
    )


def schedule_from(schedule: dict[str, Any], reference: str | None, currency: str) -> CoreSchedule:
    """The lines of a schedule. CoreAnswerInvalid unless they are numbered from 1, rise in date and sum to the total."""
    lines = _lines(schedule, currency)
    if [line.number for line in lines] != list(range(1, len(lines) + 1)):
        raise CoreAnswerInvalid("repaymentSchedule.periods: not numbered from 1")
    found = CoreSchedule.of(reference, lines, currency)
    if found.total != wire.money(schedule, "totalRepaymentExpected", currency):
        raise CoreAnswerInvalid("repaymentSchedule.totalRepaymentExpected: not the sum of the periods")
    return found


def schedule_in_force(loan: dict[str, Any]) -> CoreSchedule:
    """What the account pays and when, with the numbers that the core gives; some cores leave out what was paid."""
    currency = wire.text(wire.mapping(loan, "currency"), "code", 3)
    return CoreSchedule.of(None, _lines(wire.mapping(loan, "repaymentSchedule"), currency), currency)


def _lines(schedule: dict[str, Any], currency: str) -> list[CoreInstalment]:
    if wire.text(wire.mapping(schedule, "currency"), "code", 3) != currency:
        raise CoreAnswerInvalid("repaymentSchedule.currency: another currency than expected")
    lines = [
        CoreInstalment(
            wire.number(period, "period"),
            wire.day(period, "dueDate"),
            wire.money(period, "totalDueForPeriod", currency),
        )
        for period in wire.listing(schedule, "periods")
    ]
    if not 0 < len(lines) <= _MAX_INSTALMENTS:
        raise CoreAnswerInvalid("repaymentSchedule.periods: too few or too many")
    if any(later.due_date <= earlier.due_date for earlier, later in pairwise(lines)):
        raise CoreAnswerInvalid("repaymentSchedule.periods: due dates do not rise")
    return lines


def _ahead(loan: dict[str, Any], currency: str, today: date) -> list[Money]:
    return [
        wire.money(period, "totalDueForPeriod", currency)
        for period in wire.listing(wire.mapping(loan, "repaymentSchedule"), "periods")
        if wire.day(period, "dueDate") >= today and period.get("complete") is not True
    ]
