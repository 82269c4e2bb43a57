"""Topic forbear.cases: what intake says of a case, its holds and its rounds."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import AwareDatetime

from services.common.contracts.events.base import CaseEvent
from services.common.kernel.money import Money

TOPIC = "forbear.cases"

ActionClass = Literal[
    "demand_call",
    "demand_message",
    "visit",
    "enforcement",
    "agency_placement",
    "interest_accrual",
    "fee",
    "credit_reporting",
    "sale_of_debt",
    "offer",
    "verdict",
    "arrangement",
    "reminder",
    "reply",
    "statutory_notice",
    "receipt",
]

HoldReach = Literal["person", "share", "debt"]
"""Whom a hold reaches: a person in all their cases, a person in this case only, or that person everywhere and in this
case everybody who owes the debt."""

Care = Literal["no_visits", "softer_channel", "specialist", "no_lump_sum", "safe_contact", "slow_pace"]


class CaseOpened(CaseEvent):
    """A case exists; triage comes next."""

    type: ClassVar[str] = "forbear.case.opened.v1"
    topic: ClassVar[str] = TOPIC
    borrower_id: UUID
    account_ref: str
    origin: Literal["bank", "borrower", "file"]
    opened_at: AwareDatetime


class CaseTriaged(CaseEvent):
    """Pack, bucket and treatment are set; other services copy what they need of it.

    `limitation_from`: from which day the time counts in which the debt can be claimed in court, if the bank said it.
    """

    type: ClassVar[str] = "forbear.case.triaged.v1"
    topic: ClassVar[str] = TOPIC
    borrower_id: UUID
    account_ref: str
    origin: Literal["bank", "borrower", "file"]
    pack: str
    pack_version: str
    product: str
    portfolio: str = ""
    bucket: str
    days_past_due: int
    arrears: Money
    balance: Money
    language: Literal["zh", "en"]
    time_zones: tuple[str, ...]
    contactable: bool
    round: int
    limitation_from: date | None = None


class ReliefRequested(CaseEvent):
    """The borrower's cause and request are recorded at intake (the cause itself stays there).

    `agreement_id` is the agreement in force under which they ask for more; assessment follows from one without.
    """

    type: ClassVar[str] = "forbear.relief.requested.v1"
    topic: ClassVar[str] = TOPIC
    request_id: UUID
    request_type: str
    round: int
    requested_on: date
    agreement_id: UUID | None = None


class RequestEnded(CaseEvent):
    """A request is not decided on any more: the borrower withdrew it, or a reviewer declined it."""

    type: ClassVar[str] = "forbear.request.ended.v1"
    topic: ClassVar[str] = TOPIC
    request_id: UUID
    outcome: Literal["withdrawn", "declined"]


class CaseStateChanged(CaseEvent):
    """One step of the case state machine; exactly one event per step."""

    type: ClassVar[str] = "forbear.case.state_changed.v1"
    topic: ClassVar[str] = TOPIC
    from_state: str
    to_state: str
    trigger: str
    state_version: int
    at: AwareDatetime


class CaseAssigned(CaseEvent):
    """A person answers for the case; `assignee` is the subject of that person's token."""

    type: ClassVar[str] = "forbear.case.assigned.v1"
    topic: ClassVar[str] = TOPIC
    assignee: str


class HoldPlaced(CaseEvent):
    """A hold begins. It names the action classes it blocks, never its reason."""

    type: ClassVar[str] = "forbear.hold.placed.v1"
    topic: ClassVar[str] = TOPIC
    borrower_id: UUID
    hold_id: UUID
    blocks: tuple[ActionClass, ...]
    starts_at: AwareDatetime
    ends_at: AwareDatetime | None
    reach: HoldReach = "person"


class HoldLifted(CaseEvent):
    """A hold ends before or at its planned end."""

    type: ClassVar[str] = "forbear.hold.lifted.v1"
    topic: ClassVar[str] = TOPIC
    borrower_id: UUID
    hold_id: UUID
    lifted_at: AwareDatetime


class PartyAdded(CaseEvent):
    """Somebody beside the borrower owes the debt of the case; `party_id` is this person's id, as `borrower_id` is."""

    type: ClassVar[str] = "forbear.party.added.v1"
    topic: ClassVar[str] = TOPIC
    party_id: UUID
    role: Literal["joint_debtor", "guarantor"]


class CareChanged(CaseEvent):
    """What care a person is to be met with from now on, all of it together, and never why."""

    type: ClassVar[str] = "forbear.care.changed.v1"
    topic: ClassVar[str] = TOPIC
    borrower_id: UUID
    care: tuple[Care, ...]
    at: AwareDatetime


class NegotiationReopened(CaseEvent):
    """A further round begins after a broken agreement."""

    type: ClassVar[str] = "forbear.negotiation.reopened.v1"
    topic: ClassVar[str] = TOPIC
    round: int


class CaseClosed(CaseEvent):
    """The case has ended; `reason` is the state it ended from or the terminal fact."""

    type: ClassVar[str] = "forbear.case.closed.v1"
    topic: ClassVar[str] = TOPIC
    reason: str
    closed_at: AwareDatetime
