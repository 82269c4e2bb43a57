"""Requests and answers of contact's API."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.contact.domain.stops import StopScope
from services.contact.domain.vocabulary import Channel, MessageClass

Code = Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")


class AskPermit(BaseModel):
    """May I contact this borrower now, this way and for this purpose?"""

    model_config = ConfigDict(extra="forbid")

    case_id: UUID
    channel: Channel
    purpose: str = Code
    message_class: MessageClass
    number_id: UUID | None = Field(default=None, description="which number; otherwise the first usable one")


class Verdict(BaseModel):
    """What one rule said, with the reason in words."""

    rule: str
    passed: bool
    reason: str


class PermitAnswer(BaseModel):
    """The decision. A refusal is an answer: it names the rules and the next legal moment, if time alone brings one."""

    permit_id: UUID
    case_id: UUID
    channel: Channel
    verdict: Literal["permitted", "refused"]
    rules: list[str] = Field(description="the rules that refused")
    verdicts: list[Verdict]
    number_id: UUID | None
    pack: str
    pack_version: str
    decided_at: datetime
    expires_at: datetime | None = Field(description="until when the permit may be used, once")
    earliest: datetime | None


class RecordConversation(BaseModel):
    """What came of a call or visit. Without a permit it is a conversation that the borrower began."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    permit_id: UUID | None = None
    channel: Literal["voice", "visit"] = "voice"
    outcome: str = Field(pattern=r"^[A-Z][A-Z_]{2,39}$")
    party_verified: bool
    summary: str | None = Field(default=None, min_length=1, max_length=4000, repr=False)
    read_back_confirmed: bool | None = Field(default=None, description="did the borrower confirm the summary")


class ConversationRecorded(BaseModel):
    """A conversation as it was kept, with what it counts as and what it leads to."""

    conversation_id: UUID
    case_id: UUID
    outcome: str
    counts_as_attempt: bool
    counts_as_connected: bool
    counts_as_conversation: bool
    counts_as_rpc: bool
    next_action: str
    engaged: bool = Field(description="whether this ended the round of contact")
    at: datetime


class ChannelState(BaseModel):
    """Whether a demand may go out in a channel now, and if not, why and from when."""

    channel: Channel
    permitted: bool
    rules: list[str]
    earliest: datetime | None


class NumberShown(BaseModel):
    """A number by its last signs."""

    number_id: UUID
    channel: str
    ending: str
    provenance: str
    verified: bool
    barred: bool


class RoundShown(BaseModel):
    """A round of contact: steps done, how it stands, when the next step is due."""

    round: int
    state: str
    step: int
    started_at: datetime
    next_due: datetime | None
    ended_at: datetime | None


class AttemptShown(BaseModel):
    """One attempt to reach the borrower."""

    attempt_id: UUID
    permit_id: UUID
    channel: str
    purpose: str
    outcome: str
    at: datetime
    local_day: date


class MessageShown(BaseModel):
    """A message and where it is."""

    message_id: UUID
    case_id: UUID
    purpose: str
    object_ref: str
    version: int
    message_class: str
    channel: str | None
    language: str | None
    state: str
    reason: str | None
    permit_id: UUID | None
    planned_at: datetime
    sent_at: datetime | None
    delivered_at: datetime | None


class MessageWithText(MessageShown):
    """A message with the words that were sent."""

    text: str | None = Field(repr=False)


class InboundShown(BaseModel):
    """A message of the borrower, without its words."""

    inbound_id: UUID
    channel: str
    opt_out: bool
    at: datetime


class ConversationShown(BaseModel):
    """A conversation, with the summary that was read back."""

    conversation_id: UUID
    channel: str
    outcome: str
    party_verified: bool
    read_back_confirmed: bool | None
    summary: str | None = Field(repr=False)
    recorded_by: str
    at: datetime


class ContactView(BaseModel):
    """All that an agent needs before contacting a borrower: state, history, and the next legal moment by channel."""

    case_id: UUID
    round: int
    language: str
    closed: bool
    rounds: list[RoundShown]
    channels: list[ChannelState]
    numbers: list[NumberShown]
    attempts: list[AttemptShown]
    messages: list[MessageShown]
    replies: list[InboundShown]
    conversations: list[ConversationShown]


class PlaceStop(BaseModel):
    """Stop all outbound contact, or what is named beside the scope."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    scope: StopScope
    value: str = Field(default="", max_length=40, description="which pack, channel or template; empty for `all`")
    reason: str = Field(min_length=3, max_length=500, repr=False, description="why, without names of borrowers")


class StopShown(BaseModel):
    """A stop and where it is. Its version is its ETag."""

    stop_id: UUID
    scope: StopScope
    value: str
    state: Literal["in_force", "lift_requested", "lifted"]
    reason: str = Field(repr=False)
    placed_by: str
    placed_at: datetime
    lift_requested_by: str | None
    lift_requested_at: datetime | None
    lifted_by: str | None
    lifted_at: datetime | None
    version: int


class StopPlaced(StopShown):
    """A stop as it was placed."""

    reserved: int = Field(description="permits given before that people may still use: they must be told to stop")
