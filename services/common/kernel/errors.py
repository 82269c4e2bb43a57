"""The tree of expected errors. Each names a fact and carries the HTTP status and problem type it becomes.

An error's `detail` is a sentence for the caller. It names fields and ids, never the value of personal data.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar


class ForbearError(Exception):
    """Base of all expected refusals.

    Class attributes: `status` (HTTP), `problem` (kebab-case slug of the problem type), `title` (short, constant).
    Instance: `detail`, `fields` as (JSON pointer, message), `extras` as additional problem members.
    """

    status: ClassVar[int] = 500
    problem: ClassVar[str] = "internal-error"
    title: ClassVar[str] = "Internal error"

    def __init__(self, detail: str = "", *, fields: Iterable[tuple[str, str]] = (), **extras: Any) -> None:
        self.detail = detail or self.title
        self.fields: tuple[tuple[str, str], ...] = tuple(fields)
        self.extras: dict[str, Any] = extras
        super().__init__(self.detail)


class Retryable:
    """Marker: the same call may succeed later without a change by the caller."""


class InvalidInput(ForbearError):
    """The request is understood and wrong; `fields` says where."""

    status = 422
    problem = "invalid-input"
    title = "The input is not valid"


class NotFound(ForbearError):
    """There is no such thing, or the caller may not know of it."""

    status = 404
    problem = "not-found"
    title = "Not found"


class Conflict(ForbearError):
    """The thing is in a state that does not allow this."""

    status = 409
    problem = "conflict"
    title = "Conflict with the present state"


class StaleVersion(ForbearError):
    """`If-Match` names a version that is no longer the present one."""

    status = 412
    problem = "stale-version"
    title = "The version has changed since it was read"


class PreconditionRequired(ForbearError):
    """A change of an existing thing came without `If-Match`."""

    status = 428
    problem = "precondition-required"
    title = "A version is required"


class Unauthorized(ForbearError):
    """No identity, or one that cannot be verified."""

    status = 401
    problem = "unauthorized"
    title = "Authentication is required"


class Forbidden(ForbearError):
    """The identity is known and lacks the right."""

    status = 403
    problem = "forbidden"
    title = "Not allowed for this user"


class Unavailable(ForbearError, Retryable):
    """Something that is needed does not answer now."""

    status = 503
    problem = "unavailable"
    title = "Temporarily unavailable"


class Refused(ForbearError):
    """A business rule refused. `rules` are the ids of the rules that fired, in the order they were asked."""

    status = 409
    problem = "refused-by-rule"
    title = "Refused by a rule"

    def __init__(
        self, detail: str = "", *, rules: Iterable[str], fields: Iterable[tuple[str, str]] = (), **extras: Any
    ) -> None:
        self.rules: tuple[str, ...] = tuple(rules)
        super().__init__(detail, fields=fields, rules=list(self.rules), **extras)
