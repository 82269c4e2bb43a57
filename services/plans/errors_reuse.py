"""Why a document of another case does not serve this one."""

from services.common.kernel.errors import Conflict


class NotReusable(Conflict):
    """The document does not count any more, or was given for its own case only. Have the borrower hand another in."""

    problem = "evidence-not-reusable"
    title = "This document cannot serve another case"


class ServesAlready(Conflict):
    """The document serves the case already."""

    problem = "evidence-serves-already"
    title = "This document serves the case already"
