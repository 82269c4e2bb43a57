"""Refusals about care for borrowers, with their status."""

from services.common.kernel.errors import Conflict


class CheckInAnswered(Conflict):
    """How it is going was said before; an answer is kept once."""

    problem = "check-in-answered"
    title = "This question was answered"
