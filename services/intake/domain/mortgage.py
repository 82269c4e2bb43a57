"""Early intervention and applications of delinquent mortgages in the United States (US-29)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from services.common.kernel.business_days import BusinessCalendar
from services.common.kernel.dated import PolicyValue
from services.common.kernel.formula import formula


@dataclass(frozen=True, slots=True)
class Delinquency(PolicyValue):
    """The due date of the oldest payment that was not made."""

    unpaid_due_date: date


@dataclass(frozen=True, slots=True)
class InterventionTerms(PolicyValue):
    """Days of delinquency until live contact, until the written notice, and without a foreclosure filing."""

    live_contact_by_days: int
    written_notice_by_days: int
    no_foreclosure_within_days: int


@dataclass(frozen=True, slots=True)
class EarlyIntervention:
    """The last days for contact and notice, and the first for a foreclosure filing."""

    live_contact_by: date
    written_notice_by: date
    foreclosure_referral_not_before: date


@formula("us_regx_early_intervention", day=lambda one: one.unpaid_due_date, terms="US-29")
def early_intervention(delinquency: Delinquency, terms: InterventionTerms) -> EarlyIntervention:
    """Until when a delinquent mortgage is contacted and notified, and from when it may be referred to foreclosure."""
    due = delinquency.unpaid_due_date
    return EarlyIntervention(
        due + timedelta(days=terms.live_contact_by_days),
        due + timedelta(days=terms.written_notice_by_days),
        # More than these days: the first day that is allowed is the one after.
        due + timedelta(days=terms.no_foreclosure_within_days + 1),
    )


@dataclass(frozen=True, slots=True)
class Application(PolicyValue):
    """The day on which the complete application came, and the federal holidays that count after it.

    The statute lists days: one that is only observed for another is named by the caller or does not count.
    """

    complete_application_received: date
    federal_holidays_used: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class ApplicationTerms(PolicyValue):
    """Business days to acknowledge, and calendar days to decide."""

    acknowledge_business_days: int
    decide_days: int


@dataclass(frozen=True, slots=True)
class ApplicationClocks:
    """The last days for the acknowledgement and for the decision."""

    acknowledge_by: date
    decide_by: date


@formula("us_regx_application", day=lambda one: one.complete_application_received, terms="US-29")
def application_clocks(application: Application, terms: ApplicationTerms) -> ApplicationClocks:
    """Until when a complete application is acknowledged and decided."""
    received = application.complete_application_received
    years = frozenset(range(received.year, received.year + 2))
    calendar = BusinessCalendar("federal", frozenset(application.federal_holidays_used), years)
    return ApplicationClocks(
        calendar.add_business_days(received, terms.acknowledge_business_days),
        received + timedelta(days=terms.decide_days),
    )
