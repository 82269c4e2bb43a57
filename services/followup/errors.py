"""Facts of followup that refuse a request, with their status."""

from services.common.kernel.errors import Conflict, InvalidInput, NotFound


class PostingDiffers(Conflict):
    """The bank's reference is known for a posting with other contents."""

    problem = "posting-differs"
    title = "This reference is known for another posting"


class AccountHasAgreement(Conflict):
    """Another agreement on the account is still active."""

    problem = "account-has-agreement"
    title = "The account has an active agreement"


class ScheduleDiffers(InvalidInput):
    """The instalments of an activated plan do not sum to its total."""

    problem = "schedule-differs"
    title = "The schedule does not sum to the total"


class PromiseDecided(Conflict):
    """Nothing of a promise waits for a supervisor."""

    problem = "promise-decided"
    title = "Nothing waits to be decided about the promise"


class RenegotiationDecided(Conflict):
    """Nothing of a further request waits to be decided."""

    problem = "renegotiation-decided"
    title = "Nothing waits to be decided about the request"


class ClockDecided(Conflict):
    """Nothing of a clock of the law waits to be decided."""

    problem = "clock-decided"
    title = "Nothing waits to be decided about the clock"


class MarkStays(Conflict):
    """The time of a probation is over, and its other conditions are not met (EU-06): it goes on."""

    problem = "mark-stays"
    title = "The mark stays: its probation was not kept"


class EntryResolved(Conflict):
    """A posting has left the work list."""

    problem = "entry-resolved"
    title = "This posting is not on the work list any more"


class CannotBeAssigned(InvalidInput):
    """A posting does not become clear by what was said of it."""

    problem = "cannot-be-assigned"
    title = "The posting cannot be assigned so"


class DayNotOver(InvalidInput):
    """A business day cannot be closed before it is over."""

    problem = "day-not-over"
    title = "The day is not over"


class NothingAtRisk(Conflict):
    """Nobody is asked to look after an agreement that has left its track."""

    problem = "nothing-at-risk"
    title = "Nobody is asked to look after the agreement"


class NothingToServe(Conflict):
    """No notice of a missed instalment waits to be served."""

    problem = "nothing-to-serve"
    title = "No notice waits to be served"


class CaseNotKnown(NotFound):
    """There is no such case, or it was not triaged yet, or it is another person's."""

    problem = "case-not-known"
    title = "This case is not known here"


class CaseNotEnded(NotFound):
    """The case is still open."""

    problem = "case-not-ended"
    title = "The case has not ended"


class NoLegalHold(Conflict):
    """Nothing keeps the records of a case beyond their time."""

    problem = "no-legal-hold"
    title = "No legal hold stands"


class CreditDisputeUnknown(NotFound):
    """There is no such dispute, or its case is another person's."""

    problem = "credit-dispute-unknown"
    title = "There is no such dispute"


class CreditDisputeOpen(Conflict):
    """The same of the credit record of a case is disputed already."""

    problem = "credit-dispute-open"
    title = "This is disputed already"


class CreditDisputeDecided(Conflict):
    """A dispute was decided before."""

    problem = "credit-dispute-decided"
    title = "The dispute is decided"


class NoCorrectionAwaited(Conflict):
    """Nothing was asked of whom keeps the credit records that is not confirmed."""

    problem = "no-correction-awaited"
    title = "No correction waits to be confirmed"
