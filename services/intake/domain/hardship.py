"""The hardship notice of Australian credit law: when it is decided, and when may be enforced (AU-02, AU-03, AU-05)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from services.common.kernel.dated import PolicyValue
from services.common.kernel.errors import InvalidInput
from services.common.kernel.formula import formula


@dataclass(frozen=True, slots=True)
class HardshipNotice(PolicyValue):
    """The day of the notice, in whatever form; when information was asked for (the date of that request) and came.

    `info_required` false says that none is needed. None is what has not happened.
    """

    hardship_notice_received: date
    info_required: bool | None = None
    info_request_date: date | None = None
    info_received: date | None = None


@dataclass(frozen=True, slots=True)
class RequestTerms(PolicyValue):
    """Days after the notice in which information may be asked for, and days that the debtor has to give it."""

    request_within_days: int
    answer_within_days: int


@dataclass(frozen=True, slots=True)
class DecisionTerms(PolicyValue):
    """Days to decide after the notice, after the information, and after the date of a request in vain."""

    decide_days: int
    decide_after_information_days: int
    decide_without_information_days: int


@dataclass(frozen=True, slots=True)
class HardshipDecision:
    """The last day on which the decision may be given."""

    decision_by: date


@formula("au_hardship", day=lambda notice: notice.hardship_notice_received, asking="AU-02", terms="AU-03")
def hardship_decision(notice: HardshipNotice, asking: RequestTerms, terms: DecisionTerms) -> HardshipDecision:
    """The last day for the decision on a hardship notice; a request for information after its time moves nothing.

    Nor does information that comes when the decision without it was due. InvalidInput when information was asked for
    before the notice, or came before it was asked for.
    """
    received, asked, answered = notice.hardship_notice_received, notice.info_request_date, notice.info_received
    if (asked is not None and asked < received) or (answered is not None and answered < (asked or received)):
        raise InvalidInput("information is asked for after the notice, and comes after it was asked for")
    in_time = asked is not None and asked <= received + timedelta(days=asking.request_within_days)
    if asked is None or notice.info_required is False or not in_time:
        return HardshipDecision(received + timedelta(days=terms.decide_days))
    without = asked + timedelta(days=terms.decide_without_information_days)
    if answered is None or answered > without:
        return HardshipDecision(without)
    return HardshipDecision(answered + timedelta(days=terms.decide_after_information_days))


@dataclass(frozen=True, slots=True)
class Refusal(PolicyValue):
    """The day on which the notice of refusal was given; None while it was not."""

    refusal_notice_given: date | None


@dataclass(frozen=True, slots=True)
class EnforcementTerms(PolicyValue):
    """Days from the notice of refusal, its own day being the first, in which nothing is enforced."""

    blocked_days: int


@dataclass(frozen=True, slots=True)
class EnforcementBlock:
    """The last day on which nothing may be enforced, and the first on which it may; None: not yet known."""

    last_blocked_day: date | None
    enforcement_earliest: date | None


def _day_of(refusal: Refusal) -> date | None:
    return refusal.refusal_notice_given


@formula("au_enforcement_block", day=_day_of, terms="AU-05")
def enforcement_block(refusal: Refusal, terms: EnforcementTerms) -> EnforcementBlock:
    """How long nothing may be enforced after a refusal; without one, there is no first day."""
    given = refusal.refusal_notice_given
    if given is None:
        return EnforcementBlock(None, None)
    earliest = given + timedelta(days=terms.blocked_days)
    return EnforcementBlock(earliest - timedelta(days=1), earliest)
