"""Requests and answers of contact's API, a file per subject."""

from services.contact.schemas.conversations import ConversationRecorded, EndConversation, RecordConversation
from services.contact.schemas.permits import (
    AskPermit,
    AskThirdParty,
    AskVisit,
    PermitAnswer,
    Said,
    Verdict,
)
from services.contact.schemas.stops import PlaceStop, StopPlaced, StopShown
from services.contact.schemas.talks import (
    AskSupervisor,
    BriefMade,
    Commitments,
    CommitmentShown,
    DutyDone,
    Settle,
    SupervisorAsked,
)
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
    "AskSupervisor",
    "AskThirdParty",
    "AskVisit",
    "AttemptShown",
    "BriefMade",
    "ChannelState",
    "CommitmentShown",
    "Commitments",
    "ContactView",
    "ConversationRecorded",
    "ConversationShown",
    "DutyDone",
    "EndConversation",
    "InboundShown",
    "MessageShown",
    "MessageWithText",
    "NumberShown",
    "PermitAnswer",
    "PlaceStop",
    "RecordConversation",
    "RoundShown",
    "Said",
    "Settle",
    "StopPlaced",
    "StopShown",
    "SupervisorAsked",
    "Verdict",
]
