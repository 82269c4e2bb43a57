"""Refusals about messages and what the gateway says of them."""

from services.common.kernel.errors import Conflict, ForbearError, Forbidden, InvalidInput, NotFound


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


class TemplateUnfit(InvalidInput):
    """The template does not exist, or a parameter is not what it needs."""

    problem = "template-unfit"
    title = "The message cannot be written"


class WebhookRefused(ForbearError):
    """The webhook is not signed by the gateway, or its time is too far from ours."""

    status = 401
    problem = "webhook-refused"
    title = "The webhook cannot be trusted"


class GatewayRefused(ForbearError):
    """The gateway will not take this message, now or later; the detail is its status, never the text or the number."""

    status = 502
    problem = "gateway-refused"
    title = "The gateway refuses the message"
