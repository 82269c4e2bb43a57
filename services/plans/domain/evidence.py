"""Evidence: what a reason of hardship asks for, the states of an item, and how long it supports a decision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from services.common.kernel.dated import PolicyValue
from services.common.kernel.errors import InvalidInput
from services.common.kernel.months import add_months
from services.plans.domain.income import StatementTerms, covers


class EvidenceState(StrEnum):
    """State of one item of evidence."""

    REQUESTED = "REQUESTED"
    RECEIVED = "RECEIVED"
    UNDER_REVIEW = "UNDER_REVIEW"
    VERIFIED = "VERIFIED"
    NEEDS_MORE = "NEEDS_MORE"
    REJECTED = "REJECTED"
    EXPIRED = "EXPIRED"
    REVOKED = "REVOKED"


E = EvidenceState

EVIDENCE_TRANSITIONS: Final[dict[EvidenceState, frozenset[EvidenceState]]] = {
    E.REQUESTED: frozenset({E.RECEIVED}),
    E.RECEIVED: frozenset({E.UNDER_REVIEW, E.VERIFIED, E.NEEDS_MORE, E.REJECTED, E.REVOKED}),
    E.UNDER_REVIEW: frozenset({E.VERIFIED, E.NEEDS_MORE, E.REJECTED, E.REVOKED}),
    E.NEEDS_MORE: frozenset({E.REVOKED}),
    E.VERIFIED: frozenset({E.EXPIRED, E.REVOKED}),
    E.REJECTED: frozenset({E.REVOKED}),
    E.EXPIRED: frozenset({E.REVOKED}),
    E.REVOKED: frozenset(),
}
"""What is not enough is answered by another document. Consent may be withdrawn at any time, also of what supports
nothing any more; only what was found genuine before can be found forged."""
COUNTS: Final = frozenset({E.RECEIVED, E.UNDER_REVIEW, E.VERIFIED})
"""States in which a document need not be asked for, or handed in, a second time."""


@dataclass(frozen=True, slots=True)
class EvidenceTerms(PolicyValue):
    """What one reason asks for: `needed` verified documents out of `accepted` types.

    How long they count, from the document's date or the end of the period it covers: `valid_days`, `valid_months`,
    and `days_after_stated_end` for documents that state an end themselves; the earliest of those that are set.
    """

    accepted: tuple[str, ...]
    needed: int
    verify: tuple[str, ...]
    valid_days: int | None = None
    valid_months: int | None = None
    days_after_stated_end: int | None = None
    separate_consent: bool = False


@dataclass(frozen=True, slots=True)
class EvidencePolicy(PolicyValue):
    """Terms by reason of hardship, the days a borrower has to bring the documents, and what a statement must cover."""

    reasons: Mapping[str, EvidenceTerms]
    days_to_deliver: int
    statement: StatementTerms

    def checklist(self, reason: str) -> EvidenceTerms:
        """InvalidInput when the reason is not one of the policy's."""
        if reason not in self.reasons:
            raise InvalidInput(
                "unknown reason of hardship", fields=[("#/hardship_reason", "not a reason of the catalogue")]
            )
        return self.reasons[reason]


@dataclass(frozen=True, slots=True)
class EvidenceItem:
    """One document: type, state, last day it supports a decision, who uploaded and who reviewed it."""

    evidence_id: str
    document_type: str
    state: EvidenceState
    valid_through: date | None
    uploaded_by: str
    reviewed_by: str | None


@dataclass(frozen=True, slots=True)
class EvidenceStanding:
    """Of a checklist on a day: `received` when enough was handed in, `sufficient` when enough is verified and valid.

    `supporting` are the ids of the documents that carry a decision; `valid_through` the last day all that is needed
    still does (None when nothing is needed or nothing suffices).
    """

    received: bool
    sufficient: bool
    supporting: tuple[str, ...]
    expired: tuple[str, ...]
    valid_through: date | None


def valid_through(terms: EvidenceTerms, document_date: date, stated_end: date | None) -> date:
    """The last day a document supports a decision. The document's day is day 0.

    InvalidInput when the terms depend on an end that the document states and none was entered.
    """
    days: list[date] = []
    if terms.valid_days is not None:
        days.append(document_date + timedelta(days=terms.valid_days))
    if terms.valid_months is not None:
        days.append(add_months(document_date, terms.valid_months))
    if terms.days_after_stated_end is not None and stated_end is not None:
        # "Without end" is written as the last day there is.
        after = timedelta(days=terms.days_after_stated_end)
        days.append(min(stated_end, date.max - after) + after)
    if not days:
        raise InvalidInput("the document's own end date is needed", fields=[("#/stated_end", "missing")])
    return min(days)


def require_period(terms: StatementTerms, kind: str, start: date | None, end: date | None, day: date) -> None:
    """Judge the period that a document covers, as it is told on `day`: a statement of account covers long enough and
    is fresh (field practice 002-14). InvalidInput names what is missing or wrong."""
    if (start is None) != (end is None):
        raise InvalidInput("a period has a first and a last day", fields=[("#/period_end", "without the other day")])
    if start is None or end is None:
        if kind in terms.types:
            raise InvalidInput("say which period the statement covers", fields=[("#/period_start", "missing")])
        return
    if start > end or end > day:
        raise InvalidInput("not a period that is over", fields=[("#/period_end", "before its start, or to come")])
    if kind not in terms.types:
        return
    if not covers(start, end, terms.months):
        raise InvalidInput(
            f"a statement of at least {terms.months} months is needed", fields=[("#/period_start", "too short")]
        )
    if end < day - timedelta(days=terms.ended_within_days):
        raise InvalidInput(
            f"the statement ends more than {terms.ended_within_days} days ago", fields=[("#/period_end", "too old")]
        )


def evidence_standing(terms: EvidenceTerms, items: Iterable[EvidenceItem], day: date) -> EvidenceStanding:
    """Judge a checklist on `day`; documents of types that are not accepted do not count."""
    fitting = sorted((i for i in items if i.document_type in terms.accepted), key=lambda i: i.evidence_id)
    verified = [i for i in fitting if i.state is E.VERIFIED]
    supporting = [i for i in verified if i.valid_through is not None and day <= i.valid_through]
    handed_in = {i.document_type for i in fitting if i.state in (E.RECEIVED, E.UNDER_REVIEW, E.VERIFIED)}
    last_days = sorted(_last_days(supporting).values(), reverse=True)
    sufficient = len(last_days) >= terms.needed
    return EvidenceStanding(
        received=len(handed_in) >= terms.needed,
        sufficient=sufficient,
        supporting=tuple(i.evidence_id for i in supporting),
        expired=tuple(i.evidence_id for i in verified if i not in supporting),
        valid_through=last_days[terms.needed - 1] if sufficient and terms.needed else None,
    )


def _last_days(items: Iterable[EvidenceItem]) -> dict[str, date]:
    """The longest validity per document type; two payslips are one kind of proof."""
    best: dict[str, date] = {}
    for item in items:
        if item.valid_through is not None:
            best[item.document_type] = max(item.valid_through, best.get(item.document_type, item.valid_through))
    return best
