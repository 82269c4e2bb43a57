"""Topic forbear.plans: what is judged of the means of a borrower, and the evidence of it."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from services.common.contracts.events.plans import TOPIC, RoundEvent


class ChecklistEvent(RoundEvent):
    """An event about the evidence checklist of a round."""

    checklist_id: UUID


class AssessmentCompleted(RoundEvent):
    """The statement of means was judged."""

    type: ClassVar[str] = "forbear.assessment.completed.v1"
    topic: ClassVar[str] = TOPIC
    assessment_id: UUID
    result: Literal["AFFORDABLE", "UNAFFORDABLE", "DEFICIT"]


class AssessmentDeficit(RoundEvent):
    """A person decided that nothing fits what the borrower can pay: no plan follows in this round."""

    type: ClassVar[str] = "forbear.assessment.deficit.v1"
    topic: ClassVar[str] = TOPIC
    assessment_id: UUID


class EvidenceRequested(ChecklistEvent):
    """The borrower was asked, once, for `items` documents."""

    type: ClassVar[str] = "forbear.evidence.requested.v1"
    topic: ClassVar[str] = TOPIC
    items: int
    due_on: date


class EvidenceReceived(ChecklistEvent):
    """All mandatory items of the checklist have arrived."""

    type: ClassVar[str] = "forbear.evidence.received.v1"
    topic: ClassVar[str] = TOPIC


class EvidenceNeedsMore(ChecklistEvent):
    """A reviewer needs another or a better document."""

    type: ClassVar[str] = "forbear.evidence.needs_more.v1"
    topic: ClassVar[str] = TOPIC


class EvidenceVerified(ChecklistEvent):
    """All mandatory items are verified."""

    type: ClassVar[str] = "forbear.evidence.verified.v1"
    topic: ClassVar[str] = TOPIC


class EvidenceRejected(ChecklistEvent):
    """A reviewer rejected the evidence, with reasons kept at plans."""

    type: ClassVar[str] = "forbear.evidence.rejected.v1"
    topic: ClassVar[str] = TOPIC


class EvidenceDeadlinePassed(ChecklistEvent):
    """The borrower was reminded and the deadline went by."""

    type: ClassVar[str] = "forbear.evidence.deadline_passed.v1"
    topic: ClassVar[str] = TOPIC
