"""Conversations as they are told and kept."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


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
