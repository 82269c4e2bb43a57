"""Until when a complaint is answered (UK-16, CN-24)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from services.common.kernel.business_days import BusinessCalendar
from services.common.kernel.dated import PolicyValue
from services.common.kernel.formula import formula


@dataclass(frozen=True, slots=True)
class UkComplaint(PolicyValue):
    """The day of receipt. `bank_holidays_used` stand in for the official list where the caller names them."""

    received: date
    bank_holidays_used: tuple[date, ...] | None = None


@dataclass(frozen=True, slots=True)
class UkComplaintTerms(PolicyValue):
    """Business days for a summary resolution, and weeks for the final response."""

    summary_business_days: int
    final_weeks: int


@dataclass(frozen=True, slots=True)
class UkComplaintClocks:
    """The last days for a summary resolution and for the final response."""

    summary_resolution_by: date
    final_response_by: date


@formula("uk_complaint", day=lambda complaint: complaint.received, terms="UK-16", holidays="holidays/uk")
def uk_complaint(complaint: UkComplaint, terms: UkComplaintTerms, holidays: BusinessCalendar) -> UkComplaintClocks:
    """Clocks of a complaint: business days for a summary resolution, else weeks for the final response."""
    received, named = complaint.received, complaint.bank_holidays_used
    if named is not None:
        years = frozenset({received.year, received.year + 1})
        holidays = replace(holidays, holidays=frozenset(named), years=years, make_up_workdays=frozenset())
    return UkComplaintClocks(
        holidays.add_business_days(received, terms.summary_business_days),
        received + timedelta(weeks=terms.final_weeks),
    )


@dataclass(frozen=True, slots=True)
class CnComplaint(PolicyValue):
    """The day of receipt."""

    received: date


@dataclass(frozen=True, slots=True)
class CnComplaintTerms(PolicyValue):
    """Days for a simple complaint, for a complex one, and for one that was prolonged with approval."""

    simple_days: int
    complex_days: int
    special_days: int


@dataclass(frozen=True, slots=True)
class CnComplaintClocks:
    """The last days of the three."""

    simple_by: date
    complex_by: date
    special_by: date


@formula("cn_complaint", day=lambda complaint: complaint.received, terms="CN-24")
def cn_complaint(complaint: CnComplaint, terms: CnComplaintTerms) -> CnComplaintClocks:
    """Clocks of a complaint in mainland China; the days are taken for calendar days."""
    days = (terms.simple_days, terms.complex_days, terms.special_days)
    return CnComplaintClocks(*(complaint.received + timedelta(days=number) for number in days))
