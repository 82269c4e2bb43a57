"""What must be known of a conversation before its record is closed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from services.common.kernel.rule import business_rule
from services.contact.domain.outcomes import Outcome

NOT_DISCLOSED: Final = "NOT_DISCLOSED"
NOTHING: Final = "NONE"
UNWILLING: Final = "RPC_REFUSED_PAY"
RELIEF: Final = "RPC_REQUEST_RELIEF"
CALL_BACK: Final = "RPC_CALLBACK_AGREED"
_OF_A_LINE: Final = frozenset(
    {
        "NO_ANSWER", "BUSY", "NOT_IN_SERVICE", "WRONG_FORMAT", "CALL_DROPPED_BEFORE_VERIFY", "VOICEMAIL_LCM",
        "VOICEMAIL_NONE", "WRONG_NUMBER",
    }
)  # fmt: skip
_GROUP = "conversation"
Wrong = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Record:
    """What is said of a contact that is over, without its words: which of them are there.

    `cause` and `request` are codes; `ends_talk`: the outcome ended the talk before cause and request could be asked.
    """

    outcome: Outcome
    channel: str
    has_permit: bool
    party_verified: bool
    ends_talk: bool
    has_summary: bool = False
    read_back_confirmed: bool | None = None
    cause: str | None = None
    has_own_words: bool = False
    request: str | None = None
    has_call_back: bool = False
    has_third_party: bool = False


@business_rule(
    id="TALK-06",
    group=_GROUP,
    summary="A conversation is closed with the cause in the borrower's words, the request, the summary, and yes or no.",
)
def is_complete(record: Record) -> bool:
    return not _missing(record)


@business_rule(
    id="TALK-07", group=_GROUP, summary="Nobody is called unwilling to pay before the cause of the arrears is known."
)
def cause_before_verdict(outcome: str, cause: str | None) -> bool:
    return outcome != UNWILLING or cause not in (None, NOT_DISCLOSED)


def unfit(record: Record) -> list[Wrong]:
    """Which fields do not fit the outcome, each with what to do; empty when the record can be kept."""
    outcome, wrong = record.outcome, list[Wrong]()
    if not _of_channel(outcome.code, record.channel):
        wrong.append(("#/channel", "does not belong to this outcome"))
    if outcome.counts_as_rpc and not record.party_verified:
        wrong.append(("#/party_verified", "a right-party conversation needs a verified party"))
    if not record.has_permit and not outcome.counts_as_conversation:
        wrong.append(("#/permit_id", "an attempt of ours needs the permit it was made under"))
    if outcome.code.startswith("THIRD_PARTY_") and not record.has_third_party:
        wrong.append(("#/third_party_id", "say which third party it was"))
    if outcome.code == CALL_BACK and not record.has_call_back:
        wrong.append(("#/call_back_at", "say when the borrower agreed to be called"))
    return wrong + _missing(record)


def _of_channel(code: str, channel: str) -> bool:
    """At a door one meets somebody, who says what one says in a call too; what only a line does, does not happen."""
    return code not in _OF_A_LINE if channel == "visit" else not code.startswith("VISIT_")


def _missing(record: Record) -> list[Wrong]:
    outcome, wrong = record.outcome, list[Wrong]()
    if (outcome.counts_as_conversation or outcome.needs_note) and not record.has_summary:
        wrong.append(("#/summary", "say what was said"))
    if not outcome.counts_as_conversation or record.ends_talk:
        return wrong
    if record.read_back_confirmed is None:
        wrong.append(("#/read_back_confirmed", "say whether the borrower confirmed the summary"))
    if record.cause is None:
        wrong.append(("#/cause", f"say why the borrower cannot pay, or {NOT_DISCLOSED}"))
    elif not cause_before_verdict(outcome.code, record.cause):
        wrong.append(("#/cause", "without a known cause nobody is unwilling; a refusal to talk has its own outcome"))
    if not record.has_own_words and record.cause != NOT_DISCLOSED:
        wrong.append(("#/own_words", "keep the situation in the borrower's own words"))
    if record.request is None or (outcome.code == RELIEF and record.request == NOTHING):
        wrong.append(("#/request", f"say what the borrower asks for, or {NOTHING}"))
    return wrong
