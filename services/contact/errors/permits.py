"""Refusals about permits and what two people override."""

from services.common.kernel.errors import Conflict, InvalidInput, NotFound


class AskUnfit(InvalidInput):
    """What is asked does not fit the way of contact; `errors` names the fields."""

    problem = "ask-unfit"
    title = "This cannot be asked so"


class PermitUnusable(Conflict):
    """The permit does not cover this contact: refused, used, expired, or of another case or channel."""

    problem = "permit-unusable"
    title = "The permit does not cover this contact"


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
