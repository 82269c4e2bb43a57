"""Workflow and signal names, queues, identities, inputs and results: all a service may know of another's."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

LOOK = "look"

CASE = "CaseWorkflow"
CONTACT_CADENCE = "ContactCadence"
MESSAGE_DELIVERY = "MessageDelivery"
REQUEST_HAND_OVER = "RequestHandOver"
PARTY_NUMBERS = "PartyNumbers"
OVERRIDE_REQUEST = "OverrideRequest"
PLAN_NEGOTIATION = "PlanNegotiation"
AGREEMENT_FOLLOW_UP = "AgreementFollowUp"
FLAG_REVIEW = "FlagReview"
BULK_HOLD_JOB = "BulkHoldJob"
STATUTORY_CLOCK = "StatutoryClock"
INTEREST_STOP = "InterestOfHold"
CREDIT_DISPUTE_WATCH = "CreditDisputeWatch"
CLOSING_SUMMARY = "ClosingSummary"

QUEUE = {
    CASE: "intake",
    FLAG_REVIEW: "intake",
    BULK_HOLD_JOB: "intake",
    STATUTORY_CLOCK: "intake",
    INTEREST_STOP: "intake",
    CONTACT_CADENCE: "contact",
    MESSAGE_DELIVERY: "contact",
    REQUEST_HAND_OVER: "contact",
    PARTY_NUMBERS: "contact",
    OVERRIDE_REQUEST: "contact",
    PLAN_NEGOTIATION: "plans",
    AGREEMENT_FOLLOW_UP: "followup",
    CREDIT_DISPUTE_WATCH: "followup",
    CLOSING_SUMMARY: "followup",
}

MessageClass = Literal["demand", "arrangement", "reminder", "reply", "statutory_notice", "receipt"]


class Message(BaseModel):
    """Base of workflow inputs and results."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class CaseInput(Message):
    case_id: UUID


class RoundInput(Message):
    """A child of one negotiation round of a case."""

    case_id: UUID
    round: int


class PartyInput(Message):
    """Somebody who owes the debt of a case beside its borrower."""

    case_id: UUID
    party_id: UUID


class PartyResult(Message):
    """Whether the numbers of the person could be learned."""

    outcome: Literal["learned", "given_up"]


class ContactResult(Message):
    outcome: Literal["engaged", "exhausted", "stopped"]


class NegotiationResult(Message):
    outcome: Literal["active", "no_agreement", "stopped"]
    agreement_id: UUID | None = None


class FollowUpInput(Message):
    """`refusals`: how often a look was refused in earlier runs; no answered question is taken for a new one."""

    case_id: UUID
    agreement_id: UUID
    refusals: int = 0


class FollowUpResult(Message):
    outcome: Literal["completed", "broken", "stopped"]


class DeliveryRequest(Message):
    """One message to a borrower. `params` are references, amounts and dates for the template, never free text.

    `again` is set by contact alone, for a message that did not arrive and goes another way.
    """

    case_id: UUID
    purpose: str
    object_ref: str
    version: int
    template: str
    params: dict[str, str]
    message_class: MessageClass
    again: int = 0


class DeliveryResult(Message):
    outcome: Literal["sent", "refused", "unreachable"]


class OverrideInput(Message):
    """A request to override a refusal, which somebody else decides on in time."""

    case_id: UUID
    override_id: UUID


class OverrideResult(Message):
    outcome: Literal["decided", "lapsed"]


class HandOverInput(Message):
    """A conversation whose cause and request intake has to know."""

    case_id: UUID
    conversation_id: UUID


class HandOverResult(Message):
    outcome: Literal["handed_over", "not_needed", "given_up"]


def case_workflow_id(case_id: UUID) -> str:
    return f"case/{case_id}"


def contact_workflow_id(case_id: UUID, round_: int) -> str:
    return f"case/{case_id}/contact/{round_}"


def plan_workflow_id(case_id: UUID, round_: int) -> str:
    return f"case/{case_id}/plan/{round_}"


def party_workflow_id(case_id: UUID, party_id: UUID) -> str:
    return f"case/{case_id}/party/{party_id}"


def agreement_workflow_id(agreement_id: UUID) -> str:
    return f"agreement/{agreement_id}"


def summary_workflow_id(case_id: UUID) -> str:
    return f"closing-summary/{case_id}"


def message_workflow_id(request: DeliveryRequest) -> str:
    once = f"message/{request.purpose}/{request.object_ref}/{request.version}"
    return f"{once}/{request.again}" if request.again else once


def hand_over_workflow_id(conversation_id: UUID) -> str:
    return f"conversation/{conversation_id}/request"


def override_workflow_id(override_id: UUID) -> str:
    return f"override/{override_id}"
