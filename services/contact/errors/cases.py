"""Refusals about a case, and about what a round of it waits for."""

from services.common.kernel.errors import Conflict, NotFound


class CaseUnknown(NotFound):
    """Contact has not heard of this case; it hears of a case when it is triaged."""

    problem = "case-unknown"
    title = "No such case here"


class CaseIsClosed(Conflict):
    """The case has ended; nothing more is recorded on it."""

    problem = "case-closed"
    title = "The case is closed"


class VisitNotAsked(Conflict):
    """No visit waits for a decision: none is a step of the present round, or it was decided on."""

    problem = "visit-not-asked"
    title = "No visit waits for a decision"
