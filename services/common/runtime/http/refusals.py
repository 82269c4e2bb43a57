"""Refusals of the HTTP edge itself, before any use case is asked."""

from services.common.kernel.errors import ForbearError, InvalidInput


class BadRequest(ForbearError):
    """The request is not well formed."""

    status = 400
    problem = "bad-request"
    title = "The request is not well formed"


class InvalidJson(BadRequest):
    """The body is not JSON that everybody reads alike: syntax, a key twice, NaN, a number without end, NUL, nesting."""

    problem = "invalid-json"
    title = "The body is not acceptable JSON"


class IdempotencyKeyRequired(BadRequest):
    """A command came without a usable `Idempotency-Key` (one value of 1 to 200 visible ASCII characters)."""

    problem = "idempotency-key-required"
    title = "An Idempotency-Key is required"


class PreconditionMalformed(BadRequest):
    """`If-Match` is not one entity tag as this API gives them out, such as `"7"`."""

    problem = "precondition-malformed"
    title = "If-Match cannot be read"


class InvalidCursor(BadRequest):
    """The cursor was not given out by this list with these filters, or was changed."""

    problem = "invalid-cursor"
    title = "The cursor is not valid here"


class NoSuchPath(ForbearError):
    """No operation has this path."""

    status = 404
    problem = "no-such-path"
    title = "There is nothing at this path"


class MethodNotAllowed(ForbearError):
    """The path exists, but not with this method; `Allow` lists those it has."""

    status = 405
    problem = "method-not-allowed"
    title = "This method is not allowed here"


class BodyTooLarge(ForbearError):
    """The body is larger than this API accepts."""

    status = 413
    problem = "body-too-large"
    title = "The body is too large"


class UnsupportedMediaType(ForbearError):
    """The body is of a media type that this operation does not read."""

    status = 415
    problem = "unsupported-media-type"
    title = "This media type is not supported"


class ValidationFailed(InvalidInput):
    """The body or a parameter does not have the documented form; `errors` names each place, never a value."""

    problem = "validation-failed"
    title = "The request does not have the documented form"
