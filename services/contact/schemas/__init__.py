"""Requests and answers of contact's API, a file per subject."""

from services.contact.schemas.conversations import ConversationRecorded, RecordConversation
from services.contact.schemas.permits import AskPermit, PermitAnswer, Verdict
from services.contact.schemas.stops import PlaceStop, StopPlaced, StopShown
from services.contact.schemas.views import (
    AttemptShown,
    ChannelState,
    ContactView,
    ConversationShown,
    InboundShown,
    MessageShown,
    MessageWithText,
    NumberShown,
    RoundShown,
)

__all__ = [
    "AskPermit",
    "AttemptShown",
    "ChannelState",
    "ContactView",
    "ConversationRecorded",
    "ConversationShown",
    "InboundShown",
    "MessageShown",
    "MessageWithText",
    "NumberShown",
    "PermitAnswer",
    "PlaceStop",
    "RecordConversation",
    "RoundShown",
    "StopPlaced",
    "StopShown",
    "Verdict",
]
