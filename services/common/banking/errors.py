"""Refusals of the core-banking port that are not an answer to a command."""

from services.common.kernel.errors import Conflict, ForbearError, NotFound, Unavailable


class CoreAccountUnknown(NotFound):
    """The core has no such account or client."""

    problem = "core-account-unknown"
    title = "The core has no such account"


class CoreUnavailable(Unavailable):
    """The core did not answer a question in time, or answered that it cannot now."""

    problem = "core-unavailable"
    title = "The core does not answer now"


class CoreRefused(Conflict):
    """The core refuses what was asked; `code` in the extras is the core's own."""

    problem = "core-refused"
    title = "The core refuses"

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(f"the core refuses: {code}", code=code)


class CoreAnswerInvalid(ForbearError):
    """The core's answer contradicts itself or the question; nothing of it is used. Names the field, no value."""

    status = 502
    problem = "core-answer-invalid"
    title = "The core's answer cannot be trusted"
