"""Outcomes of a contact and what each counts as. Rule packs count these attributes, never the codes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class NextAction(StrEnum):
    """What an outcome leads to."""

    TRY_LATER = "try_later"
    CHECK_NUMBER = "check_number"
    STOP_NUMBER = "stop_number"
    RECORD_REQUEST = "record_request"
    RECORD_PROMISE = "record_promise"
    AWAIT_PAYMENT = "await_payment"
    OPEN_DISPUTE = "open_dispute"
    PLACE_HOLD = "place_hold"
    OPEN_COMPLAINT = "open_complaint"
    TO_SUPERVISOR = "to_supervisor"
    WRITTEN_NOTICE = "written_notice"
    CALL_BACK = "call_back"
    AWAIT_RECEIPT = "await_receipt"
    READ_REPLY = "read_reply"
    CHECK_ADDRESS = "check_address"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A code with its derived attributes.

    Attempt: somebody dialled, sent or went. Connected: a person answered. Conversation: the debtor was verified and
    spoke; this is also an effective call. Rpc: right party. A cool-down starts with each conversation.
    """

    code: str
    counts_as_attempt: bool
    counts_as_connected: bool
    counts_as_conversation: bool
    counts_as_rpc: bool
    next_action: NextAction
    needs_note: bool

    @property
    def starts_cooldown(self) -> bool:
        return self.counts_as_conversation


_NOTHING, _TRIED, _ANSWERED, _SPOKE = (False,) * 3, (True, False, False), (True, True, False), (True, True, True)
N = NextAction

_TABLE: Final[tuple[tuple[str, tuple[bool, bool, bool], NextAction, bool], ...]] = (
    ("NO_ANSWER", _TRIED, N.TRY_LATER, False),
    ("BUSY", _TRIED, N.TRY_LATER, False),
    ("NOT_IN_SERVICE", _TRIED, N.CHECK_NUMBER, False),
    ("WRONG_FORMAT", _NOTHING, N.CHECK_NUMBER, False),
    ("CALL_DROPPED_BEFORE_VERIFY", _ANSWERED, N.TRY_LATER, False),
    ("BLOCKED_BY_RULE", _NOTHING, N.TRY_LATER, False),
    ("VOICEMAIL_LCM", _TRIED, N.TRY_LATER, False),
    ("VOICEMAIL_NONE", _TRIED, N.TRY_LATER, False),
    ("WRONG_NUMBER", _ANSWERED, N.STOP_NUMBER, False),
    ("THIRD_PARTY_MESSAGE", _ANSWERED, N.TRY_LATER, False),
    ("THIRD_PARTY_REFUSED", _ANSWERED, N.STOP_NUMBER, True),
    ("DECEASED_REPORTED", _ANSWERED, N.PLACE_HOLD, True),
    ("UNVERIFIED_PARTY", _ANSWERED, N.TRY_LATER, False),
    ("RPC_PAID", _SPOKE, N.AWAIT_PAYMENT, False),
    ("RPC_PTP", _SPOKE, N.RECORD_PROMISE, False),
    ("RPC_REQUEST_RELIEF", _SPOKE, N.RECORD_REQUEST, False),
    ("RPC_PARTIAL_PAYMENT", _SPOKE, N.AWAIT_PAYMENT, False),
    ("RPC_DISPUTE", _SPOKE, N.OPEN_DISPUTE, True),
    ("RPC_REFUSED_TALK", _SPOKE, N.WRITTEN_NOTICE, False),
    ("RPC_REFUSED_PAY", _SPOKE, N.WRITTEN_NOTICE, True),
    ("RPC_CALLBACK_AGREED", _SPOKE, N.CALL_BACK, False),
    ("RPC_HARDSHIP_DISCLOSED", _SPOKE, N.RECORD_REQUEST, True),
    ("RPC_VULNERABILITY_DISCLOSED", _SPOKE, N.PLACE_HOLD, True),
    ("RPC_COMPLAINT", _SPOKE, N.OPEN_COMPLAINT, True),
    ("RPC_SUPERVISOR_REQUESTED", _SPOKE, N.TO_SUPERVISOR, True),
    ("RPC_CEASE_REQUEST", _SPOKE, N.PLACE_HOLD, True),
    ("RPC_CHANNEL_STOP", _SPOKE, N.PLACE_HOLD, True),
    ("RPC_ATTORNEY", _SPOKE, N.PLACE_HOLD, True),
    ("RPC_ABUSIVE", _SPOKE, N.TO_SUPERVISOR, True),
    ("RPC_DISTRESS_ENDED", _SPOKE, N.TO_SUPERVISOR, True),
    ("SENT", _TRIED, N.AWAIT_RECEIPT, False),
    ("DELIVERED", _TRIED, N.NONE, False),
    ("BOUNCED", _TRIED, N.CHECK_ADDRESS, False),
    ("OPTED_OUT", _TRIED, N.PLACE_HOLD, False),
    ("REPLIED", _SPOKE, N.READ_REPLY, False),
    ("VISIT_MET", _SPOKE, N.RECORD_REQUEST, True),
    ("VISIT_NOT_HOME", _TRIED, N.TRY_LATER, False),
    ("VISIT_REFUSED_ENTRY", _ANSWERED, N.WRITTEN_NOTICE, True),
    ("VISIT_ADDRESS_INVALID", _TRIED, N.CHECK_ADDRESS, False),
    ("VISIT_ABORTED_SAFETY", _TRIED, N.TO_SUPERVISOR, True),
)

# Right party is a verified conversation, and nothing else counts as one: the two attributes are kept apart because
# packs name them apart.
OUTCOMES: Final[dict[str, Outcome]] = {
    code: Outcome(code, attempt, connected, conversation, conversation, action, note)
    for code, (attempt, connected, conversation), action, note in _TABLE
}
