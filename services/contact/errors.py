"""Refusals of contact's use cases, each a fact with a status."""

from services.common.kernel.errors import Conflict, ForbearError, Forbidden, InvalidInput, NotFound


class CaseUnknown(NotFound):
    """Contact has not heard of this case; it hears of a case when it is triaged."""

    problem = "case-unknown"
    title = "No such case here"


class MessageUnknown(NotFound):
    """There is no message of this id."""

    problem = "message-unknown"
    title = "No such message"


class MessageNotTheirs(Forbidden):
    """The caller may not have this message sent; `who_may` names the roles that may."""

    problem = "message-not-theirs"
    title = "Another role has this message sent"


class MessageUnfit(Conflict):
    """The message does not fit the case; `reason` says why: `OTHER_CASES`, or `HARDSHIP_TOLD`."""

    problem = "message-unfit"
    title = "This message is not for this case"


class NumberUnknown(NotFound):
    """The person has no number of this id in this channel."""

    problem = "number-unknown"
    title = "No such number"


class AskUnfit(InvalidInput):
    """What is asked does not fit the way of contact; `errors` names the fields."""

    problem = "ask-unfit"
    title = "This cannot be asked so"


class PermitUnusable(Conflict):
    """The permit does not cover this contact: refused, used, expired, or of another case or channel."""

    problem = "permit-unusable"
    title = "The permit does not cover this contact"


class CaseIsClosed(Conflict):
    """The case has ended; nothing more is recorded on it."""

    problem = "case-closed"
    title = "The case is closed"


class StopUnknown(NotFound):
    """There is no stop of this id."""

    problem = "stop-unknown"
    title = "No such stop"


class NothingToStop(InvalidInput):
    """There is no pack, channel, template or portfolio of this name, or one is named for a stop of everything."""

    problem = "nothing-to-stop"
    title = "There is nothing of this name to stop"


class StopInForce(Conflict):
    """Exactly this is stopped already; `stop_id` says by which stop."""

    problem = "stop-in-force"
    title = "This is stopped already"


class StopIsLifted(Conflict):
    """The stop was lifted; what is to be stopped again needs a new one."""

    problem = "stop-lifted"
    title = "The stop is lifted"


class SecondPersonNeeded(Conflict):
    """Two different people lift a stop, both in the API or both by the command line."""

    problem = "second-person-needed"
    title = "A second person is needed"


class OutcomeUnfit(InvalidInput):
    """The outcome does not fit what is said with it; `errors` names the fields."""

    problem = "outcome-unfit"
    title = "The outcome does not fit the record"


class WebhookRefused(ForbearError):
    """The webhook is not signed by the gateway, or its time is too far from ours."""

    status = 401
    problem = "webhook-refused"
    title = "The webhook cannot be trusted"


class VisitNotAsked(Conflict):
    """No visit waits for a decision: none is a step of the present round, or it was decided on."""

    problem = "visit-not-asked"
    title = "No visit waits for a decision"


class TemplateUnfit(InvalidInput):
    """The template does not exist, or a parameter is not what it needs."""

    problem = "template-unfit"
    title = "The message cannot be written"


class GatewayRefused(ForbearError):
    """The gateway will not take this message, now or later; the detail is its status, never the text or the number."""

    status = 502
    problem = "gateway-refused"
    title = "The gateway refuses the message"


class PartyUnknown(NotFound):
    """The case has no party of this id."""

    problem = "party-unknown"
    title = "No such party"


class ConsentUnknown(NotFound):
    """There is no consent of this id."""

    problem = "consent-unknown"
    title = "No such consent"


class ConsentUnfit(InvalidInput):
    """What is said of the consent does not belong to its kind; `errors` names the fields."""

    problem = "consent-unfit"
    title = "The details do not fit the consent"


class RepresentativeUnknown(NotFound):
    """There is no representative of this id."""

    problem = "representative-unknown"
    title = "No such representative"


class RepresentativeHasEnded(Conflict):
    """Nobody speaks for the person by this any more; another one is recorded anew."""

    problem = "representative-ended"
    title = "The representative does not speak for the person any more"


class ThirdPartyUnknown(NotFound):
    """There is no third party of this id."""

    problem = "third-party-unknown"
    title = "No such third party"


class ThirdPartyRefused(Conflict):
    """At this number somebody asked never to be contacted about anybody's debt; that is for good, in every case."""

    problem = "third-party-refused"
    title = "This number must not be used"


class NumberIsBarred(Conflict):
    """The number must not be used for this person; `barred_for` says why."""

    problem = "number-barred"
    title = "The number is barred"


# -- conversations -----------------------------------------------------------------------------------------------------


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


class PermitUnknown(NotFound):
    """There is no decision of this id."""

    problem = "permit-unknown"
    title = "No such decision"


class OverrideUnknown(NotFound):
    """Nobody has asked for an override of this id."""

    problem = "override-unknown"
    title = "No such request"


class OverrideUnfit(InvalidInput):
    """This is nothing that can be overridden, or the reason is none of those that are known."""

    problem = "override-unfit"
    title = "This cannot be overridden"


class RuleHolds(Conflict):
    """`rules` are those that nobody overrides, whatever the reason."""

    problem = "rule-holds"
    title = "Nobody overrides this rule"


class OverrideIsDecided(Conflict):
    """Somebody has decided on this request."""

    problem = "override-decided"
    title = "The request is decided"


class OverrideLapsed(Conflict):
    """The request waited too long to be decided."""

    problem = "override-lapsed"
    title = "The request has lapsed"
