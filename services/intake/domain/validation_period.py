"""The time in which a consumer may dispute a debt after hearing of it (US-18)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from services.common.kernel.business_days import BusinessCalendar
from services.common.kernel.dated import PolicyValue
from services.common.kernel.formula import formula


@dataclass(frozen=True, slots=True)
class ValidationNotice(PolicyValue):
    """The day on which the validation information was sent, and the federal holidays on and after it that count.

    The statute lists days, so a Friday that is only observed for a Saturday holiday is one of them only if the house
    says so: the caller names the days.
    """

    sent: date
    federal_holidays_used: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class ValidationTerms(PolicyValue):
    """Business days after which receipt is assumed, and days of the period from then."""

    assumed_receipt_business_days: int
    validation_days: int


@dataclass(frozen=True, slots=True)
class ValidationPeriod:
    """The day on which receipt is assumed, and the last day of the period."""

    assumed_received: date
    validation_period_end: date


@formula("us_validation_period", day=lambda notice: notice.sent, terms="US-18")
def validation_period(notice: ValidationNotice, terms: ValidationTerms) -> ValidationPeriod:
    """Assumed receipt after business days, and the end of the validation period in calendar days from it."""
    # The caller's list is the official one for whatever year the days reach.
    years = frozenset(range(notice.sent.year, notice.sent.year + 2))
    calendar = BusinessCalendar("federal", frozenset(notice.federal_holidays_used), years)
    received = calendar.add_business_days(notice.sent, terms.assumed_receipt_business_days)
    return ValidationPeriod(received, received + timedelta(days=terms.validation_days))
