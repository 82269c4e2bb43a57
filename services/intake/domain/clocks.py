"""Statutory clocks: what the law gives us to do after a request, until when, and when somebody is warned."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from services.common.kernel.dated import PolicyValue
from services.common.kernel.rule import business_rule


class ClockKind(StrEnum):
    """What has to be done in time."""

    INFORMATION = "information"
    ANSWER = "answer"
    DECISION = "decision"
    PARTICULARS = "particulars"
    ACKNOWLEDGEMENT = "acknowledgement"
    CREDIT_NOTICE = "credit_notice"
    MIDWAY_REVIEW = "midway_review"
    REPEATED = "repeated"
    RELIEF_PLAN = "relief_plan"
    PROPOSAL = "proposal"
    ARREARS_NOTICE = "arrears_notice"


#: What is owed to a request, and no more once it is withdrawn.
OF_REQUESTS = (
    ClockKind.INFORMATION,
    ClockKind.DECISION,
    ClockKind.ANSWER,
    ClockKind.ACKNOWLEDGEMENT,
    ClockKind.CREDIT_NOTICE,
    ClockKind.PROPOSAL,
)


@dataclass(frozen=True, slots=True)
class ClockPolicy(PolicyValue):
    """Where a rule names no share of the time: after how much of it somebody is warned.

    `repeated_days` are those in which somebody looks at a breathing space that follows another too soon.
    `relief_plan_days` are those in which somebody sees to a plan with all lenders, `proposal_days` those in which a
    proposal of such a plan is answered. `requests` are the types that each kind is about, where it is not about all.
    """

    warn_at_percent: int
    requests: dict[str, frozenset[str]]
    repeated_days: int
    relief_plan_days: int
    proposal_days: int


@dataclass(frozen=True, slots=True)
class ParticularsTerms(PolicyValue):
    """Days to write an agreed change down, and up to how many days of relief that is not needed."""

    particulars_days: int
    not_needed_up_to_days: int


@dataclass(frozen=True, slots=True)
class AnswerTerms(PolicyValue):
    """Days to answer a request of which no law says more (HOUSE-13)."""

    answer_days: int


@dataclass(frozen=True, slots=True)
class CreditNoticeTerms(PolicyValue):
    """Days to answer an application for new credit or refinancing."""

    notice_days: int


def warn_on(started_on: date, due_on: date, percent: int) -> date:
    """The day on which so much of the time is over that somebody is warned; never after the last day."""
    return started_on + timedelta(days=(due_on - started_on).days * percent // 100)


def particulars_by(agreed_on: date, relief_ends_on: date, terms: ParticularsTerms) -> date | None:
    """Until when an agreed change is written down for debtor and guarantor (AU-04); None for relief that is short."""
    if (relief_ends_on - agreed_on).days <= terms.not_needed_up_to_days:
        return None
    return agreed_on + timedelta(days=terms.particulars_days)


@business_rule(
    id="CLK-01",
    group="requests and clocks",
    summary="A case is not referred while a request for relief waits for its decision.",
)
def nothing_waits_for_a_decision(open_kinds: Iterable[str]) -> bool:
    return not {ClockKind.DECISION, ClockKind.PROPOSAL} & set(open_kinds)


@business_rule(
    id="CLK-02",
    group="requests and clocks",
    summary="Nothing is enforced before its day after a refusal, a default notice or the first arrears.",
)
def its_day_has_come(today: date, earliest: date) -> bool:
    return today >= earliest


def default_notice_allows(served_on: date, remedy_days: int) -> date:
    """The first day of enforcement after a default notice: the days to put things right are over (AU-06, UK-15)."""
    return served_on + timedelta(days=remedy_days + 1)


@business_rule(
    id="REQ-01",
    group="requests and clocks",
    summary="A request for relief is taken in whatever the case is at; it ends completed, withdrawn, or declined by a "
    "reviewer with reasons.",
)
def may_end(state: str) -> bool:
    return state in ("submitted", "complete")
