"""Why plans does not take a signature: each says what to do next."""

from services.common.kernel.errors import Conflict


class NotUnderstood(Conflict):
    """What the borrower said of the terms is not what was offered; `questions` says of which. Explain them again."""

    problem = "not-understood"
    title = "The terms were understood otherwise"


class ConsentChanged(Conflict):
    """The words of consent have another version than the one that was agreed to."""

    problem = "consent-changed"
    title = "The words of consent are others now"


class NoCode(Conflict):
    """No code was sent for this version, or it was sent to somebody else."""

    problem = "no-code"
    title = "No code was sent to sign this with"


class CodeWrong(Conflict):
    """The code is not the one that was sent; `tries_left` says how often it may be tried again."""

    problem = "code-wrong"
    title = "This is not the code that was sent"


class CodeExpired(Conflict):
    """The code does not stand any more: too late, or tried too often. Ask for another one."""

    problem = "code-expired"
    title = "This code does not stand any more"


class CodesLocked(Conflict):
    """The last code was tried too often; another one is sent from `until` on."""

    problem = "codes-locked"
    title = "No code is sent for a while"


class CodeUsed(Conflict):
    """The code has signed already."""

    problem = "code-used"
    title = "This code was used already"


class TooManyCodes(Conflict):
    """So many codes were sent for this version that no more are; sign by word of mouth."""

    problem = "too-many-codes"
    title = "No more codes are sent for this version"


class CodeNotForThem(Conflict):
    """Codes go to the borrower's own numbers; another debtor signs by recorded word of mouth."""

    problem = "code-not-for-them"
    title = "Codes are sent to the borrower of the case only"


class SignatureUnfit(Conflict):
    """A borrower signs with a code, and a person of the bank records what was said on a recording."""

    problem = "signature-unfit"
    title = "This is signed in another way"
