"""The twenty states of a case and the only ways between them.

The table is data: intake's migration loads it into the database, which refuses any other change. A trigger is the
name of an event without its prefix and version (`forbear.plan.approved.v1` is `plan.approved`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class CaseState(StrEnum):
    """Where a case stands. CLOSED is terminal: what comes later is a new case that links back."""

    OPENED = "OPENED"
    TRIAGED = "TRIAGED"
    CONTACTING = "CONTACTING"
    ENGAGED = "ENGAGED"
    ASSESSING = "ASSESSING"
    EVIDENCE_PENDING = "EVIDENCE_PENDING"
    EVIDENCE_REVIEW = "EVIDENCE_REVIEW"
    PLAN_DRAFTED = "PLAN_DRAFTED"
    PENDING_APPROVAL = "PENDING_APPROVAL"
    OFFERED = "OFFERED"
    AGREED = "AGREED"
    PLAN_ACTIVE = "PLAN_ACTIVE"
    PLAN_AT_RISK = "PLAN_AT_RISK"
    PLAN_BROKEN = "PLAN_BROKEN"
    PLAN_COMPLETED = "PLAN_COMPLETED"
    CURED = "CURED"
    SETTLED = "SETTLED"
    NO_AGREEMENT = "NO_AGREEMENT"
    REFERRED = "REFERRED"
    CLOSED = "CLOSED"


S = CaseState

OPEN_STATES: Final[frozenset[CaseState]] = frozenset(CaseState) - {S.CLOSED}

LABELS: Final[dict[CaseState, dict[str, str]]] = {
    S.OPENED: {"en": "Opened", "zh": "已立案"},
    S.TRIAGED: {"en": "Triaged", "zh": "已分案"},
    S.CONTACTING: {"en": "Contacting", "zh": "联系中"},
    S.ENGAGED: {"en": "In conversation", "zh": "已接通协商"},
    S.ASSESSING: {"en": "Assessing means", "zh": "收支评估"},
    S.EVIDENCE_PENDING: {"en": "Waiting for evidence", "zh": "待补材料"},
    S.EVIDENCE_REVIEW: {"en": "Reviewing evidence", "zh": "材料核验中"},
    S.PLAN_DRAFTED: {"en": "Plan drafted", "zh": "方案拟定"},
    S.PENDING_APPROVAL: {"en": "Waiting for approval", "zh": "待审批"},
    S.OFFERED: {"en": "Offered", "zh": "已要约"},
    S.AGREED: {"en": "Agreed, not yet in the core", "zh": "已签署待生效"},
    S.PLAN_ACTIVE: {"en": "Plan running", "zh": "履约中"},
    S.PLAN_AT_RISK: {"en": "Plan at risk", "zh": "履约预警"},
    S.PLAN_BROKEN: {"en": "Plan broken", "zh": "方案违约"},
    S.PLAN_COMPLETED: {"en": "Plan completed", "zh": "履约完毕"},
    S.CURED: {"en": "Cured", "zh": "已回正"},
    S.SETTLED: {"en": "Settled", "zh": "已结清"},
    S.NO_AGREEMENT: {"en": "No agreement", "zh": "协商未成"},
    S.REFERRED: {"en": "Referred", "zh": "转出处置"},
    S.CLOSED: {"en": "Closed", "zh": "结案"},
}


@dataclass(frozen=True, slots=True)
class Transition:
    """One legal change: `trigger`, an event of `service`, moves a case from `source` to `target`."""

    source: CaseState
    trigger: str
    target: CaseState
    service: str


def _rows(service: str, sources: Iterable[CaseState], triggers: str, target: CaseState) -> tuple[Transition, ...]:
    return tuple(Transition(s, trigger, target, service) for s in sources for trigger in triggers.split())


_BEFORE_AGREED: Final = (
    S.OPENED, S.TRIAGED, S.CONTACTING, S.ENGAGED, S.ASSESSING, S.EVIDENCE_PENDING, S.EVIDENCE_REVIEW, S.PLAN_DRAFTED,
    S.PENDING_APPROVAL, S.OFFERED,
)  # fmt: skip
_WITHOUT_PLAN: Final = (*_BEFORE_AGREED, S.PLAN_BROKEN, S.NO_AGREEMENT, S.REFERRED)
_DONE: Final = (S.PLAN_COMPLETED, S.CURED, S.SETTLED, S.REFERRED, S.NO_AGREEMENT)

TRANSITIONS: Final[tuple[Transition, ...]] = (
    *_rows("intake", [S.OPENED], "case.triaged", S.TRIAGED),
    *_rows("contact", [S.TRIAGED], "contact.planned", S.CONTACTING),
    *_rows("contact", [S.TRIAGED, S.CONTACTING], "contact.rpc_recorded contact.inbound_recorded", S.ENGAGED),
    *_rows("contact", [S.CONTACTING], "contact.exhausted", S.NO_AGREEMENT),
    *_rows("contact", [S.ENGAGED, S.ASSESSING, S.EVIDENCE_PENDING, S.PLAN_DRAFTED, S.OFFERED], "contact.silent",
           S.CONTACTING),
    *_rows("intake", [S.ENGAGED, S.PLAN_AT_RISK, S.PLAN_BROKEN], "relief.requested", S.ASSESSING),
    *_rows("followup", _WITHOUT_PLAN, "account.cured", S.CURED),
    *_rows("followup", _WITHOUT_PLAN, "account.settled", S.SETTLED),
    *_rows("plans", [S.ENGAGED, S.ASSESSING, S.PLAN_DRAFTED], "borrower.refused request.withdrawn assessment.deficit",
           S.NO_AGREEMENT),
    *_rows("plans", [S.ASSESSING], "evidence.requested", S.EVIDENCE_PENDING),
    *_rows("plans", [S.EVIDENCE_PENDING], "evidence.received", S.EVIDENCE_REVIEW),
    *_rows("plans", [S.EVIDENCE_PENDING], "evidence.deadline_passed", S.NO_AGREEMENT),
    *_rows("plans", [S.EVIDENCE_REVIEW], "evidence.needs_more", S.EVIDENCE_PENDING),
    *_rows("plans", [S.EVIDENCE_REVIEW], "evidence.rejected", S.NO_AGREEMENT),
    *_rows("plans", [S.ASSESSING, S.EVIDENCE_REVIEW], "plan.drafted", S.PLAN_DRAFTED),
    *_rows("plans", [S.PLAN_DRAFTED], "plan.submitted", S.PENDING_APPROVAL),
    *_rows("plans", [S.PENDING_APPROVAL], "plan.returned", S.PLAN_DRAFTED),
    *_rows("plans", [S.PENDING_APPROVAL], "plan.rejected", S.NO_AGREEMENT),
    *_rows("plans", [S.PLAN_DRAFTED, S.PENDING_APPROVAL], "plan.approved", S.OFFERED),
    *_rows("plans", [S.OFFERED], "offer.countered offer.withdrawn", S.PLAN_DRAFTED),
    *_rows("plans", [S.OFFERED], "offer.expired offer.declined", S.NO_AGREEMENT),
    *_rows("plans", [S.OFFERED], "agreement.signed", S.AGREED),
    *_rows("plans", [S.AGREED], "plan.activated", S.PLAN_ACTIVE),
    *_rows("plans", [S.AGREED], "plan.activation_refused", S.PLAN_DRAFTED),
    *_rows("followup", [S.PLAN_ACTIVE], "instalment.missed", S.PLAN_AT_RISK),
    *_rows("followup", [S.PLAN_AT_RISK], "agreement.recovered", S.PLAN_ACTIVE),
    *_rows("followup", [S.PLAN_AT_RISK], "agreement.broken", S.PLAN_BROKEN),
    *_rows("followup", [S.PLAN_ACTIVE, S.PLAN_AT_RISK], "agreement.completed", S.PLAN_COMPLETED),
    *_rows("followup", [S.PLAN_ACTIVE], "agreement.settled", S.SETTLED),
    *_rows("intake", [S.PLAN_BROKEN, S.NO_AGREEMENT], "negotiation.reopened", S.CONTACTING),
    *_rows("intake", [S.PLAN_BROKEN, S.NO_AGREEMENT], "referral.approved", S.REFERRED),
    *_rows("contact", [S.NO_AGREEMENT], "contact.inbound_recorded", S.ENGAGED),
    *_rows("intake", [S.REFERRED], "recall.approved", S.ENGAGED),
    *_rows("intake", _DONE, "case.closed", S.CLOSED),
    # case.withdrawn: a person takes the case out of the work (opened in error, an imported sample that was reviewed,
    # a stuck step that ends the case).
    *_rows("intake", [s for s in CaseState if s is not S.CLOSED],
           "estate.closed debt.sold bankruptcy.discharged case.withdrawn", S.CLOSED),
)  # fmt: skip

# Legal in that state and changing nothing: a second conversation, a second missed instalment, a new version of a
# draft. Without these an ordinary event would be parked as "not legal yet" and raise an alarm.
_AFTER_CONTACT: Final = frozenset(CaseState) - {S.OPENED, S.TRIAGED, S.CONTACTING, S.NO_AGREEMENT, S.CLOSED}
STAYS: Final[frozenset[tuple[CaseState, str]]] = frozenset(
    {(s, t) for s in _AFTER_CONTACT for t in ("contact.rpc_recorded", "contact.inbound_recorded", "contact.planned")}
    | {(s, "account.cured") for s in (S.AGREED, S.PLAN_ACTIVE, S.PLAN_AT_RISK, S.PLAN_COMPLETED, S.CURED, S.SETTLED)}
    | {(s, "account.settled") for s in (S.AGREED, S.PLAN_ACTIVE, S.PLAN_AT_RISK, S.PLAN_COMPLETED, S.SETTLED)}
    | {
        (S.CONTACTING, "contact.planned"),
        (S.CONTACTING, "offer.expired"),
        (S.CONTACTING, "offer.withdrawn"),
        (S.CONTACTING, "evidence.deadline_passed"),
        (S.NO_AGREEMENT, "contact.rpc_recorded"),
        (S.EVIDENCE_PENDING, "evidence.requested"),
        (S.EVIDENCE_REVIEW, "evidence.verified"),
        (S.PLAN_DRAFTED, "plan.drafted"),
        (S.PLAN_AT_RISK, "instalment.missed"),
    }
)

NEXT_ROUND: Final[frozenset[tuple[CaseState, CaseState]]] = frozenset(
    {(S.PLAN_BROKEN, S.CONTACTING), (S.NO_AGREEMENT, S.CONTACTING), (S.NO_AGREEMENT, S.ENGAGED)}
)
"""Steps that begin another round: after a broken plan, or where nobody was reached, it is contact; a borrower who comes
back is in conversation."""

_TARGETS: Final = {(t.source, t.trigger): t.target for t in TRANSITIONS}
TRIGGERS: Final[frozenset[str]] = frozenset(t.trigger for t in TRANSITIONS) | {trigger for _, trigger in STAYS}


def next_state(state: CaseState, trigger: str) -> CaseState | None:
    """The state after `trigger`: another one, `state` itself if the event is legal and changes nothing, None if not
    legal (then the event is parked and tried again after the next change)."""
    if (state, trigger) in STAYS:
        return state
    return _TARGETS.get((state, trigger))
