"""Refusals about care for borrowers, with their status."""

from services.common.kernel.errors import Conflict, NotFound


class CheckInAnswered(Conflict):
    """How it is going was said before; an answer is kept once."""

    problem = "check-in-answered"
    title = "This question was answered"


class FeedbackKept(Conflict):
    """What a borrower thinks was said before; an answer is kept once."""

    problem = "feedback-kept"
    title = "This question was answered"


class FeedbackSealed(Conflict):
    """What a borrower thinks of us is sealed from whoever handles the case until the case has ended."""

    problem = "feedback-sealed"
    title = "What the borrower said is sealed"


class ImprovementUnknown(NotFound):
    """There is no such action."""

    problem = "improvement-unknown"
    title = "There is no such action"


class ImprovementClosed(Conflict):
    """An action was done or dropped before."""

    problem = "improvement-closed"
    title = "The action is closed"


class ProgrammeKnown(Conflict):
    """A programme of this code opened before."""

    problem = "programme-known"
    title = "This programme opened before"
