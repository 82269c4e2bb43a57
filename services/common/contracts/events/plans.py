"""Topic forbear.plans: plans, offers and agreements."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import AwareDatetime

from services.common.contracts.envelope import EventPayload
from services.common.contracts.events.base import CaseEvent
from services.common.kernel.money import Money

TOPIC = "forbear.plans"

#: The reliefs of the catalogue; a plan is made of those that have a schedule.
ReliefType = Literal[
    "DEFER_CAP", "DEFER_SPREAD", "DEFER_WAIVE", "REDUCED", "EXTEND", "RATE_CUT", "INT_STOP", "FEE_WAIVE", "INT_WAIVE",
    "PRIN_DISC", "CAPITALISE", "REAGE", "SETTLE", "CONSOLIDATE", "COLLATERAL", "HOLD_INTERIM", "PTP",
]  # fmt: skip


FlagStanding = Literal["NORMAL", "SPECIAL_MENTION", "SUBSTANDARD", "DOUBTFUL", "LOSS", "PERFORMING", "NON_PERFORMING"]


class RoundEvent(CaseEvent):
    """An event of one negotiation round."""

    round: int


class PlanEvent(RoundEvent):
    """An event about one version of a plan."""

    plan_id: UUID
    version: int


class PlanDrafted(PlanEvent):
    """A version of a plan was computed and validated."""

    type: ClassVar[str] = "forbear.plan.drafted.v1"
    topic: ClassVar[str] = TOPIC
    relief_type: ReliefType


class PlanSubmitted(PlanEvent):
    """A version waits for a decision on exactly `proposal_hash`."""

    type: ClassVar[str] = "forbear.plan.submitted.v1"
    topic: ClassVar[str] = TOPIC
    proposal_hash: str
    needs_level: str


class PlanReturned(PlanEvent):
    """A version waits for no decision any more and another is drafted: the approver returned it with a comment, or its
    proposer withdrew it."""

    type: ClassVar[str] = "forbear.plan.returned.v1"
    topic: ClassVar[str] = TOPIC
    withdrawn: bool = False


class PlanRejected(PlanEvent):
    """The approver rejected a version, with reasons kept at plans."""

    type: ClassVar[str] = "forbear.plan.rejected.v1"
    topic: ClassVar[str] = TOPIC


class PlanFlag(EventPayload):
    """A regulatory mark: whether it is set, by which rules, the class or status that it sets, and its dates."""

    code: Literal["cn_restructured", "cn_class_floor", "eu_forborne", "eu_default", "us_re_age"]
    decided: bool
    rules: tuple[str, ...]
    standing: FlagStanding | None
    starts_on: date | None
    earliest_end: date | None


class PlanApproved(PlanEvent):
    """A version was approved and is open for acceptance until `expires_at`.

    `flags` are its regulatory marks, which hold once it is in force.
    """

    type: ClassVar[str] = "forbear.plan.approved.v1"
    topic: ClassVar[str] = TOPIC
    proposal_hash: str
    expires_at: AwareDatetime
    flags: tuple[PlanFlag, ...] = ()


class OfferCountered(PlanEvent):
    """The borrower proposed other terms."""

    type: ClassVar[str] = "forbear.offer.countered.v1"
    topic: ClassVar[str] = TOPIC


class OfferDeclined(PlanEvent):
    """The borrower declined the offer."""

    type: ClassVar[str] = "forbear.offer.declined.v1"
    topic: ClassVar[str] = TOPIC


class OfferExpired(PlanEvent):
    """Nobody accepted in time."""

    type: ClassVar[str] = "forbear.offer.expired.v1"
    topic: ClassVar[str] = TOPIC


class OfferWithdrawn(PlanEvent):
    """The bank took an offer back before it was accepted: what it rests on does not hold any more."""

    type: ClassVar[str] = "forbear.offer.withdrawn.v1"
    topic: ClassVar[str] = TOPIC


class AgreementSigned(PlanEvent):
    """The borrower accepted every key term of the approved version."""

    type: ClassVar[str] = "forbear.agreement.signed.v1"
    topic: ClassVar[str] = TOPIC
    agreement_id: UUID


class ScheduledInstalment(EventPayload):
    """One line of a schedule; `interest` is what the plan itself costs in it."""

    number: int
    due_date: date
    amount: Money
    interest: Money | None = None


class PlanDebt(EventPayload):
    """What of the claim a plan repays, by its parts, without what it costs itself; the interest of the schedule and
    these sum to its total.

    `late_since`: when the oldest of it was due; None where the plan brought the account up to date.
    """

    product: str
    principal: Money
    interest: Money
    fees: Money
    late_since: date | None


class PlanActivated(PlanEvent):
    """The core runs the plan, and its schedule was read back and equals the agreed one.

    `debt` is what it repays; versions that were drafted without their claim have none. `flags` are its regulatory
    marks, which hold from now on. `conceded` is what is waived, or the loss of present value where that is more: it
    holds what is waived. `highest_payment` is to be paid of what is `affordable` in a month.
    """

    type: ClassVar[str] = "forbear.plan.activated.v1"
    topic: ClassVar[str] = TOPIC
    agreement_id: UUID
    borrower_id: UUID
    account_ref: str
    relief_type: ReliefType
    pack: str
    language: Literal["zh", "en"]
    total: Money
    schedule: tuple[ScheduledInstalment, ...]
    schedule_hash: str
    core_reference: str
    activated_on: date
    days_past_due: int
    debt: PlanDebt | None = None
    flags: tuple[PlanFlag, ...] = ()
    conceded: Money | None = None
    affordable: Money | None = None
    highest_payment: Money | None = None


class PlanEndRequested(PlanEvent):
    """A plan in force is to end: the core's people undo what they know as `core_reference` by a day."""

    type: ClassVar[str] = "forbear.plan.end_requested.v1"
    topic: ClassVar[str] = TOPIC
    account_ref: str
    core_reference: str
    reason_code: str
    undo_by: date


class PlanActivationRefused(PlanEvent):
    """The core refused the plan, or its schedule differs from the agreed one; `runs_otherwise`: it runs that one."""

    type: ClassVar[str] = "forbear.plan.activation_refused.v1"
    topic: ClassVar[str] = TOPIC
    reason_code: str
    runs_otherwise: bool = False
