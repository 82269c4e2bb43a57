"""Topic forbear.contacts: what contact says of rounds, attempts, replies and messages."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from services.common.contracts.events.base import CaseEvent
from services.common.contracts.events.cases import ActionClass, HoldReach
from services.common.kernel.money import Money

TOPIC = "forbear.contacts"


class ContactPlanned(CaseEvent):
    """The cadence of a round has begun."""

    type: ClassVar[str] = "forbear.contact.planned.v1"
    topic: ClassVar[str] = TOPIC
    round: int


class AttemptRecorded(CaseEvent):
    """One attempt of a person to reach the borrower, with its outcome code and what that counts as. Of messages, their
    own events tell."""

    type: ClassVar[str] = "forbear.contact.attempt_recorded.v1"
    topic: ClassVar[str] = TOPIC
    attempt_id: UUID
    permit_id: UUID
    channel: str
    purpose: str
    outcome: str
    at: AwareDatetime
    connected: bool = False
    right_party: bool = False


class InboundRecorded(CaseEvent):
    """The borrower wrote, called or asked on a verified channel."""

    type: ClassVar[str] = "forbear.contact.inbound_recorded.v1"
    topic: ClassVar[str] = TOPIC
    inbound_id: UUID
    channel: str
    round: int
    at: AwareDatetime


class RightPartyContactRecorded(CaseEvent):
    """A verified conversation with the borrower took place."""

    type: ClassVar[str] = "forbear.contact.rpc_recorded.v1"
    topic: ClassVar[str] = TOPIC
    conversation_id: UUID
    round: int
    at: AwareDatetime


class ContactExhausted(CaseEvent):
    """Every step of the cadence is done, the written notice is out and its quiet period is over."""

    type: ClassVar[str] = "forbear.contact.exhausted.v1"
    topic: ClassVar[str] = TOPIC
    round: int


class DisclosuresChanged(CaseEvent):
    """All that a borrower must be told about a case was told (`open` is 0), or a part of it came back undelivered.

    Told when it is complete, and when it is not any more.
    """

    type: ClassVar[str] = "forbear.contact.disclosures_changed.v1"
    topic: ClassVar[str] = TOPIC
    open: int
    at: AwareDatetime


class StopHeard(CaseEvent):
    """Contact heard that a person is to be left alone, and holds already; intake places the same hold for everybody."""

    type: ClassVar[str] = "forbear.contact.stop_heard.v1"
    topic: ClassVar[str] = TOPIC
    borrower_id: UUID
    hold_id: UUID
    blocks: tuple[ActionClass, ...]
    starts_at: AwareDatetime
    ends_at: AwareDatetime | None
    reach: HoldReach = "person"


class PromiseMade(CaseEvent):
    """The borrower promised to pay an amount by a day; followup judges it by the bank's postings."""

    type: ClassVar[str] = "forbear.promise.made.v1"
    topic: ClassVar[str] = TOPIC
    promise_id: UUID
    borrower_id: UUID
    account_ref: str
    pack: str
    amount: Money
    promised_date: date
    made_on: date


class PromiseWithdrawn(CaseEvent):
    """A promise to pay was taken back before its day."""

    type: ClassVar[str] = "forbear.promise.withdrawn.v1"
    topic: ClassVar[str] = TOPIC
    promise_id: UUID


class MessageSent(CaseEvent):
    """A gateway accepted a message that had a permit."""

    type: ClassVar[str] = "forbear.message.sent.v1"
    topic: ClassVar[str] = TOPIC
    message_id: UUID
    purpose: str
    object_ref: str
    permit_id: UUID
    at: AwareDatetime


class MessageRefused(CaseEvent):
    """No permit for a message: the rule that refused it and the earliest next legal moment, if there is one."""

    type: ClassVar[str] = "forbear.message.refused.v1"
    topic: ClassVar[str] = TOPIC
    message_id: UUID
    purpose: str
    object_ref: str
    rule: str
    earliest: AwareDatetime | None


class MessageUnreachable(CaseEvent):
    """A message that no gateway could deliver."""

    type: ClassVar[str] = "forbear.message.unreachable.v1"
    topic: ClassVar[str] = TOPIC
    message_id: UUID
    purpose: str
    object_ref: str
    reason: str
