"""Conversations as they are told and kept."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.common.kernel.said import SaidInstant
from services.contact.schemas.telling import Asked, Body, Cause, Feeling, Item, Promise, Told

_OUTCOME = r"^[A-Z][A-Z_]{2,39}$"


class ToldAtTheEnd(Body):
    """What is told of a conversation that is over. What its steps said already need not be said again."""

    party_verified: bool | None = None
    summary: Told | None = Field(default=None, repr=False, description="the agent's summary, as it was read back")
    read_back_confirmed: bool | None = Field(default=None, description="did the borrower confirm the summary")
    cause: Cause | None = Field(default=None, repr=False)
    own_words: Told | None = Field(default=None, repr=False, description="the situation in the borrower's words")
    request: Asked | None = Field(default=None, repr=False)
    emotional_state: Feeling | None = None
    call_back_at: SaidInstant | None = Field(default=None, description="when the borrower agreed to be called")
    commitments: list[Promise] = Field(default_factory=list, max_length=20)
    disclosed: list[Item] = Field(default_factory=list, max_length=20, description="what the borrower was told")
    third_party_id: UUID | None = Field(default=None, description="who answered, when it was somebody else")
    representative: str | None = Field(default=None, min_length=1, max_length=200, repr=False)


class EndConversation(ToldAtTheEnd):
    """How a conversation that went by the script ended."""

    outcome: str = Field(pattern=_OUTCOME)


class RecordConversation(ToldAtTheEnd):
    """A call or visit: one that is over, with its outcome, or one that begins now and goes by the script.

    Without a permit it is a conversation that the borrower began.
    """

    permit_id: UUID | None = None
    person_id: UUID | None = Field(default=None, description="who called us, when it was another debtor of the case")
    channel: Literal["voice", "visit"] = "voice"
    outcome: str | None = Field(default=None, pattern=_OUTCOME, description="without one the conversation begins now")


class ConversationRecorded(BaseModel):
    """A conversation as it was kept, with what it counts as and what it leads to. No words: answers are kept."""

    conversation_id: UUID
    case_id: UUID
    outcome: str
    counts_as_attempt: bool
    counts_as_connected: bool
    counts_as_conversation: bool
    counts_as_rpc: bool
    next_action: str
    engaged: bool = Field(description="whether this ended the round of contact")
    recap: bool = Field(description="whether the summary is sent to the borrower")
    commitments: list[UUID]
    open_disclosures: list[str] = Field(description="what the borrower still has to be told")
    at: datetime
