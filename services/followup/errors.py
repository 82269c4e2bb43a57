"""Facts of followup that refuse a request, with their status."""

from services.common.kernel.errors import Conflict, InvalidInput


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


class NothingToServe(Conflict):
    """No notice of a missed instalment waits to be served."""

    problem = "nothing-to-serve"
    title = "No notice waits to be served"
