"""Expected refusals of intake, each with its status."""

from services.common.kernel.errors import Conflict, InvalidInput, NotFound


class CaseUnknown(NotFound):
    """There is no such case, or it is another person's."""

    problem = "case-unknown"
    title = "There is no such case"


class PartyUnknown(NotFound):
    """The case has no such party."""

    problem = "party-unknown"
    title = "The case has no such party"


class FlagUnknown(NotFound):
    """There is no such flag."""

    problem = "flag-unknown"
    title = "There is no such flag"


class HoldUnknown(NotFound):
    """There is no such hold."""

    problem = "hold-unknown"
    title = "There is no such hold"


class RequestUnknown(NotFound):
    """There is no such request."""

    problem = "request-unknown"
    title = "There is no such request"


class ClockUnknown(NotFound):
    """There is no such clock."""

    problem = "clock-unknown"
    title = "There is no such clock"


class ClockIsMet(Conflict):
    """What the clock asks for was done."""

    problem = "clock-met"
    title = "The clock is met"


class RequestDecided(Conflict):
    """The request was declined or withdrawn."""

    problem = "request-decided"
    title = "The request has ended"


class ReferralBlocked(Conflict):
    """The law does not let the case be referred yet; `rule` says which one, `earliest` from which day, if known."""

    problem = "referral-blocked"
    title = "The case cannot be referred yet"


class EndBlocked(Conflict):
    """A case does not end from outside yet; `rule` says which hold is there, or which one would have to be."""

    problem = "end-blocked"
    title = "The case does not end yet"


class HoldRenewed(Conflict):
    """A hold of this kind was renewed as often as it may be, or is in force already."""

    problem = "hold-renewed"
    title = "The hold is not renewed again"


class StepNotAllowed(Conflict):
    """The case is in a state that does not allow this."""

    problem = "step-not-allowed"
    title = "The state of the case does not allow this"


class CaseIsClosed(Conflict):
    """The case has ended; what comes later is a new case."""

    problem = "case-closed"
    title = "The case has ended"


class HoldHasEnded(Conflict):
    """The hold was lifted or ran out."""

    problem = "hold-ended"
    title = "The hold has ended"


class FactsContradict(InvalidInput):
    """Two facts of one report cannot both be true; `errors` says which."""

    problem = "facts-contradict"
    title = "The facts contradict each other"


class ConsentNeeded(InvalidInput):
    """What a person tells of themselves is recorded with their consent; this kind cannot be without."""

    problem = "consent-needed"
    title = "This is recorded with the person's consent only"


class FlagInForce(Conflict):
    """The person has a flag of this kind already; it is renewed or ended."""

    problem = "flag-in-force"
    title = "The person has this flag already"


class FlagHasEnded(Conflict):
    """The flag was ended or expired."""

    problem = "flag-ended"
    title = "The flag has ended"


class BulkHoldUnknown(NotFound):
    """There is no such job."""

    problem = "bulk-hold-unknown"
    title = "There is no such bulk hold"


class BulkHoldUndone(Conflict):
    """The job is undone, or being undone."""

    problem = "bulk-hold-undone"
    title = "The bulk hold is undone already"


class BenefitsUnknown(NotFound):
    """What the bank can offer was not looked up yet: this happens after triage, before the first contact."""

    problem = "benefits-unknown"
    title = "The programmes of this case were not looked up yet"


class QueryUnknown(NotFound):
    """Nobody was asked to ask about this field, or the question was answered."""

    problem = "query-unknown"
    title = "There is no open question about this field"


class StatementNotNewest(Conflict):
    """What is attested is the newest statement of means at plans: there is none, or another one."""

    problem = "statement-not-newest"
    title = "This is not the newest statement of means"


class DeclarationUnknown(NotFound):
    """Nobody was asked to look at this declaration, or somebody did."""

    problem = "declaration-unknown"
    title = "There is no open look at this declaration"
