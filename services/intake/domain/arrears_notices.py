"""Notices of sums in arrears: when one is due, and when the next (UK-14). Payments are those of a month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from services.common.kernel.dated import PolicyValue
from services.common.kernel.months import add_months


@dataclass(frozen=True, slots=True)
class ArrearsNoticeTerms(PolicyValue):
    """After how many missed payments a notice is due, in how many days, and after how many months again."""

    missed_payments: int
    notice_days: int
    again_every_months: int


@dataclass(frozen=True, slots=True)
class NoticeDue:
    """From which day on a notice is owed, and the last day on which it is in time."""

    since: date
    by: date


def first_notice(oldest_unpaid: date, terms: ArrearsNoticeTerms) -> NoticeDue:
    """The notice after the last of so many payments in a row was missed; `oldest_unpaid` is the day of the first."""
    since = add_months(oldest_unpaid, terms.missed_payments - 1)
    return NoticeDue(since, since + timedelta(days=terms.notice_days))


def next_notice(given_on: date, terms: ArrearsNoticeTerms) -> NoticeDue:
    """The notice after one that was given."""
    return NoticeDue(given_on, add_months(given_on, terms.again_every_months))
