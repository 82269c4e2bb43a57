"""Refusals about conversations, promises and what is owed after them."""

from services.common.kernel.errors import Conflict, Forbidden, InvalidInput, NotFound


class OutcomeUnfit(InvalidInput):
    """The outcome does not fit what is said with it; `errors` names the fields."""

    problem = "outcome-unfit"
    title = "The outcome does not fit the record"


class BriefNeeded(Conflict):
    """Nobody dials without a brief of today's figures and a number that is confirmed or has a lawful source.

    The detail, and `to_do` in zh and en, say what to do.
    """

    problem = "brief-needed"
    title = "Prepare before you dial"


class ConversationUnknown(NotFound):
    """There is no conversation of this id."""

    problem = "conversation-unknown"
    title = "No such conversation"


class ConversationIsOver(Conflict):
    """Its outcome is recorded; nothing is added to it."""

    problem = "conversation-over"
    title = "The conversation is over"


class StepLocked(Conflict):
    """The script does not allow this step now; `rule` and `reason` say why, in zh and en."""

    problem = "step-locked"
    title = "This step cannot be taken now"


class WordingBlocked(InvalidInput):
    """Words that must not be said to a borrower; `findings` has each class of meaning with what to say instead."""

    problem = "wording-blocked"
    title = "These words must not be used"


class BeyondAuthority(Forbidden):
    """The caller may not promise, or accept, this; `who_may` names the roles that may, empty when it is decided
    elsewhere."""

    problem = "beyond-authority"
    title = "This is beyond the caller's authority"


class CommitmentUnknown(NotFound):
    """There is no promise of this id."""

    problem = "commitment-unknown"
    title = "No such promise"


class CommitmentIsSettled(Conflict):
    """It is recorded already what became of this promise, or the bank's postings say it."""

    problem = "commitment-settled"
    title = "What became of the promise is not recorded here"


class DutyUnknown(NotFound):
    """There is no duty of this id."""

    problem = "duty-unknown"
    title = "No such duty"


class DutyIsDone(Conflict):
    """Somebody has done it."""

    problem = "duty-done"
    title = "This is done already"
