"""From a problem document of another service back to the error it was."""

from collections.abc import Iterable
from typing import Any

import httpx
import orjson

from services.common.kernel.errors import (
    Conflict,
    ForbearError,
    Forbidden,
    InvalidInput,
    NotFound,
    PreconditionRequired,
    Refused,
    StaleVersion,
    Unauthorized,
    Unavailable,
)

_BY_STATUS: dict[int, type[ForbearError]] = {
    kind.status: kind
    for kind in (
        InvalidInput,
        NotFound,
        Conflict,
        StaleVersion,
        PreconditionRequired,
        Unauthorized,
        Forbidden,
        Unavailable,
    )
}
_STANDARD = frozenset({"type", "title", "status", "detail", "instance", "errors", "correlation_id", "rules"})


class CallFailed(ForbearError):
    """Another service failed in an unexpected way, or refused what this one should not have sent."""

    status = 502
    problem = "call-failed"
    title = "Another service failed"


def error_from(response: httpx.Response) -> ForbearError:
    """The error of an answer that is not a success: by problem type where this process knows it, else by status."""
    document = _document(response)
    detail = str(document.get("detail") or "")
    fields = list(_fields(document.get("errors")))
    extras = {name: value for name, value in document.items() if name not in _STANDARD and name.isidentifier()}
    if "rules" in document and isinstance(document["rules"], list):
        return Refused(detail, rules=[str(rule) for rule in document["rules"]], fields=fields, **extras)
    if response.status_code in (502, 504):
        return Unavailable(detail)
    kind = _BY_STATUS.get(response.status_code)
    if kind is None:
        slug = str(document.get("type", "")).rpartition("/")[2]
        return CallFailed(f"{response.status_code} {slug}".strip())
    return kind(detail, fields=fields, **extras)


def _document(response: httpx.Response) -> dict[str, Any]:
    if not response.headers.get("content-type", "").startswith("application/problem+json"):
        return {}
    try:
        document = orjson.loads(response.content)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _fields(errors: Any) -> Iterable[tuple[str, str]]:
    for error in errors if isinstance(errors, list) else []:
        if isinstance(error, dict):
            yield str(error.get("pointer") or error.get("name") or ""), str(error.get("detail", ""))
