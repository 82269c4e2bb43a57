"""What a verdict depends on: the postings that belong to an agreement, and the bank days that can still change it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row

from services.common.kernel.period import Period
from services.followup.domain.calendar import DayCount
from services.followup.domain.postings import Posting, PostingKind
from services.followup.domain.verdict import (
    AgreementTerms,
    AgreementVerdict,
    Due,
    InstalmentState,
    InstalmentVerdict,
    Standing,
)
from services.followup.models import Agreement, Instalment
from services.followup.service.policies import day_count


@dataclass(frozen=True, slots=True)
class NextDays:
    """`judge_on`: the first bank day whose closing can change any state; `verdict_on`: the first whose closing can make
    an instalment missed, the agreement a candidate for broken, or end it. None when closing days changes nothing."""

    judge_on: date | None
    verdict_on: date | None


def terms_of(agreement: Agreement) -> AgreementTerms:
    """The terms as agreed."""
    return AgreementTerms(
        grace_days=agreement.grace_days,
        tolerance_percent=agreement.tolerance_percent,
        broken_after_missed=agreement.broken_after_missed,
        broken_after_days=agreement.broken_after_days,
    )


def days_of(agreement: Agreement, pauses: tuple[Period[date], ...] = ()) -> DayCount:
    """How the days of the agreement are counted."""
    return day_count(agreement.pack, agreement.to_business_day, pauses)


def schedule_of(agreement: Agreement, instalments: Sequence[Instalment]) -> list[Due]:
    """The schedule as agreed."""
    return [Due(line.number, line.due_date, agreement.money(line.amount)) for line in instalments]


def postings_of(agreement: Agreement, postings: Iterable[Row[Any]], until: date | None) -> list[Posting]:
    """The postings of the account that count for the agreement: payments in its currency valued from the activation
    on and before `until` (when another agreement took over), and the reversals of those payments."""
    rows = [row for row in postings if row.currency == agreement.currency]
    payments = {
        row.posting_ref
        for row in rows
        if row.kind == PostingKind.PAYMENT
        and row.value_date >= agreement.activated_on
        and (until is None or row.value_date < until)
    }
    return [
        Posting(row.posting_ref, PostingKind(row.kind), agreement.money(row.amount), row.value_date, row.reverses)
        for row in rows
        if row.posting_ref in payments or row.reverses in payments
    ]


def next_days(
    verdict: AgreementVerdict, terms: AgreementTerms, closed_through: date | None, days: DayCount
) -> NextDays:
    """The days to judge again on if no posting comes before, and nothing new is said of pauses."""
    decisive = [line.last_good_day for line in verdict.instalments if not _is_settled(line)]
    missed = [line for line in verdict.instalments if line.state is InstalmentState.MISSED]
    if missed and verdict.standing is Standing.AT_RISK:
        decisive.append(days.after(missed[0].last_good_day, terms.broken_after_days))
    if missed:
        # What waits for the end of a pause goes on then.
        decisive += [pause.end for pause in days.pauses if pause.end is not None]
    last = verdict.instalments[-1].paid_on
    if last is not None and verdict.standing is not Standing.COMPLETED:
        decisive.append(last)
    falling_due = [
        line.due_date - timedelta(days=1) for line in verdict.instalments if line.state is InstalmentState.SCHEDULED
    ]
    return NextDays(_first(decisive + falling_due, closed_through), _first(decisive, closed_through))


def _is_settled(line: InstalmentVerdict) -> bool:
    """Paid with nothing late about it: no closing of a day changes that."""
    return line.state is InstalmentState.PAID and line.paid_in_time == line.paid


def _first(days: Iterable[date], closed_through: date | None) -> date | None:
    return min((day for day in days if closed_through is None or day > closed_through), default=None)
