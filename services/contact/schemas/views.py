"""What an agent reads of a case before contacting its borrower."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, Field

from services.contact.domain.vocabulary import Channel
from services.contact.schemas.permits import Said
from services.contact.schemas.preferences import PreferencesShown
from services.contact.schemas.steps import StepShown


class ChannelState(BaseModel):
    """Whether a demand may go out in a channel now, and if not, why and from when; `said` is all of it in words."""

    channel: Channel
    permitted: bool
    rules: list[str]
    said: Said
    earliest: datetime | None = Field(description="the next legal moment, when time alone brings one")


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


class TriedShown(BaseModel):
    """A way that a message went in vain, and why."""

    channel: str
    reason: str
    at: datetime


class MessageShown(BaseModel):
    """A message and where it is; `tried` are the ways it went in vain before."""

    message_id: UUID
    case_id: UUID
    purpose: str
    object_ref: str
    version: int
    message_class: str
    channel: str | None
    language: str | None
    template_version: str | None
    tried: list[TriedShown]
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
    """A message of the borrower or of another party of the case, without its words: those are in the log of who wrote
    it."""

    inbound_id: UUID
    person_id: UUID = Field(validation_alias="borrower_id", description="who wrote; the borrower, or another party")
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
    """All that an agent needs before contacting a borrower: state, history, what the borrower asks of us (language,
    interpreter, times), and the next legal moment by channel."""

    case_id: UUID
    round: int
    language: str
    closed: bool
    preferences: PreferencesShown
    rounds: list[RoundShown]
    steps: list[StepShown] = Field(description="the newest first")
    channels: list[ChannelState]
    numbers: list[NumberShown]
    attempts: list[AttemptShown]
    messages: list[MessageShown]
    replies: list[InboundShown]
    conversations: list[ConversationShown]
