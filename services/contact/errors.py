"""Refusals of contact's use cases, each a fact with a status."""

from services.common.kernel.errors import Conflict, ForbearError, InvalidInput, NotFound


class CaseUnknown(NotFound):
    """Contact has not heard of this case; it hears of a case when it is triaged."""

    problem = "case-unknown"
    title = "No such case here"


class MessageUnknown(NotFound):
    """There is no message of this id."""

    problem = "message-unknown"
    title = "No such message"


class NumberUnknown(NotFound):
    """The borrower has no usable number of this id in this channel."""

    problem = "number-unknown"
    title = "No such number"


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
    """There is no pack, channel or template of this name, or one is named for a stop of everything."""

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


class TemplateUnfit(InvalidInput):
    """The template does not exist, or a parameter is not what it needs."""

    problem = "template-unfit"
    title = "The message cannot be written"


class GatewayRefused(ForbearError):
    """The gateway will not take this message, now or later; the detail is its status, never the text or the number."""

    status = 502
    problem = "gateway-refused"
    title = "The gateway refuses the message"
