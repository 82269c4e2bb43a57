"""Codes that tables, answers and workflow share."""

from enum import StrEnum


class AgreementState(StrEnum):
    """Where an agreement stands. The first two are active; an account has at most one active agreement."""

    ACTIVE = "active"
    AT_RISK = "at_risk"
    BROKEN = "broken"
    COMPLETED = "completed"
    STOPPED = "stopped"


ACTIVE_STATES = frozenset({AgreementState.ACTIVE, AgreementState.AT_RISK})


class NoticeState(StrEnum):
    """Whether the borrower was told that an instalment was missed; an agreement is not broken before."""

    NONE = "none"
    PENDING = "pending"
    SERVED = "served"
    FAILED = "failed"


class Channel(StrEnum):
    """On which channel the bank said something."""

    FEED = "feed"
    API = "api"
    FILE = "file"


class Resolution(StrEnum):
    """How a posting left the work list: by itself, or by a person who assigned or dismissed it."""

    MATCHED = "matched"
    ASSIGNED = "assigned"
    DISMISSED = "dismissed"


class UnmatchedReason(StrEnum):
    """Why a posting is on the work list."""

    NO_REFERENCE = "no_reference"
    NO_ACCOUNT = "no_account"
    SEVERAL_ACCOUNTS = "several_accounts"
    DIFFERS = "differs"
    ACCOUNT_FORMAT = "account_format"
    UNKNOWN_ORIGINAL = "unknown_original"
    OTHER_CURRENCY = "other_currency"
    AFTER_COMPLETION = "after_completion"


class LetterState(StrEnum):
    """What became of a closing letter."""

    SENT = "sent"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"


class CheckInState(StrEnum):
    """Where a question how an agreement is going stands; PASSED: nobody waits for the answer any more."""

    PLANNED = "planned"
    ASKED = "asked"
    ANSWERED = "answered"
    PASSED = "passed"


class Occasion(StrEnum):
    """What a borrower is asked about."""

    CONVERSATION = "conversation"
    DECISION = "decision"


class AskedBy(StrEnum):
    """How a borrower is asked: at the portal, or by a message too."""

    PORTAL = "portal"
    MESSAGE = "message"


class ImprovementState(StrEnum):
    """Whether an action still has to be done."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class DisputeState(StrEnum):
    """Where a dispute of the credit record stands. A correction is asked for first, and then confirmed."""

    OPEN = "open"
    UPHELD = "upheld"
    CORRECTED = "corrected"
    CONFIRMED = "confirmed"


CREDIT_DISPUTE = "credit_dispute"
"""Kind of the obligation and the task of deciding a dispute of the credit record."""

CREDIT_CORRECTION = "credit_correction"
"""Kind of the obligation of whom keeps credit records, to confirm a correction."""

DISPUTE_LATE = "credit_dispute_late"
CORRECTION_LATE = "credit_correction_late"
"""Kinds of the tasks of somebody higher up, when either is over its time."""

BANK_DAY = "bank_day"
REMINDER = "reminder"
SECOND_NOTICE = "second_notice"
NOTICE = "notice"
DECISION = "decision"
"""Kinds of obligations, all with the agreement's id as ref."""

CHECK_IN = "check_in"
"""Kind of the obligation to ask how an agreement is going, and purpose of the message that asks."""

CHECK_IN_REPLY = "check_in_reply"
"""Kind of the task of reading what somebody replied who was asked how it is going."""

FEEDBACK = "feedback"
"""Purpose of the message that asks what a borrower thinks of us."""

PROGRAMME = "programme"
"""Purpose of the message that tells of a programme which a borrower may have."""

PLAN_AT_RISK = "plan_at_risk"
"""Kind of the task of talking with a borrower whose agreement has left its track, before it may be broken."""

SERVE_NOTICE = "serve_notice"
"""Kind of the task of serving a notice that no message could carry."""

ACCEPT_PROMISE = "accept_promise"
"""Kind of the task of accepting a promise of somebody who broke too many."""

BROKEN_PROMISES = "broken_promises"
"""Kind of the task of looking at somebody who has now broken too many."""

MISSED_NOTICE = "missed_notice"
"""Purpose of the message that says an instalment was missed."""

CLOSING_LETTER = "closing"
"""Purpose of the message in which a borrower reads that the case has ended."""
