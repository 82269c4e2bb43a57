"""Errors on the wire: RFC 9457 problem documents that name places and rules, never values that were sent."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.types import Scope

from services.common.kernel.errors import ForbearError, Retryable
from services.common.runtime.http import refusals
from services.common.runtime.http.problem_words import chinese, language_of, words_of
from services.common.runtime.http.validation import FieldError, field_errors
from services.common.runtime.logging import current_correlation_id

MEDIA_TYPE = "application/problem+json"
BASE = "https://forbear.dev/problems/"
PROBLEM_SCOPE = "forbear.problem"
_BY_STATUS: dict[int, type[ForbearError]] = {
    400: refusals.BadRequest,
    404: refusals.NoSuchPath,
    405: refusals.MethodNotAllowed,
    413: refusals.BodyTooLarge,
    415: refusals.UnsupportedMediaType,
}


class Problem(BaseModel):
    """A problem document (RFC 9457). More members may follow, depending on its type."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(description="URI that identifies the kind of problem")
    title: str
    status: int
    detail: str
    correlation_id: str
    errors: list[FieldError] = Field(default_factory=list, description="places in the request, without their values")


class ProblemType(BaseModel):
    """One row of the catalogue of problems."""

    type: str
    slug: str
    status: int
    title: str
    title_zh: str
    meaning: str
    retryable: bool


def problem_response(error: ForbearError, scope: Scope, headers: dict[str, str] | None = None) -> Response:
    """The response of an expected error, in the reader's language. Extras replace no standard member."""
    language = language_of(scope)
    title, detail = words_of(error, language)
    errors = [{"in": "body", "pointer": pointer, "detail": text} for pointer, text in error.fields]
    members = dict(error.extras) | ({"errors": errors} if errors else {})
    own = {"Content-Language": language, "Vary": "Accept-Language"}
    if error.status == HTTPStatus.UNAUTHORIZED:
        own["WWW-Authenticate"] = 'Bearer error="invalid_token"'
    if error.status == HTTPStatus.SERVICE_UNAVAILABLE:
        own["Retry-After"] = "1"
    return _document(BASE + error.problem, title, error.status, detail, members, own | (headers or {}))


def internal_problem(scope: Scope) -> Response:
    """The response of an unexpected error: nothing but the correlation id, by which the log line is found."""
    return problem_response(ForbearError("Something unexpected happened. Tell us the correlation id."), scope)


def _document(
    kind: str, title: str, status: int, detail: str, members: dict[str, Any], headers: dict[str, str]
) -> Response:
    document = members | {
        "type": kind,
        "title": title,
        "status": status,
        "detail": detail,
        "correlation_id": current_correlation_id(),
    }
    return Response(orjson.dumps(document, default=str), status, headers, MEDIA_TYPE)


async def _expected(request: Request, error: Exception) -> Response:
    if not isinstance(error, ForbearError):
        raise error
    if type(error).status >= HTTPStatus.INTERNAL_SERVER_ERROR and not isinstance(error, Retryable):
        # A refusal without a status of its own is a mistake of ours, and is handled as one.
        raise error
    request.scope[PROBLEM_SCOPE] = error.problem
    return problem_response(error, request.scope)


async def _invalid(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    if any(entry["type"] == "json_invalid" for entry in error.errors()):
        return await _expected(request, refusals.InvalidJson("the body is not JSON"))
    places = [place.model_dump(by_alias=True, exclude_none=True) for place in field_errors(error.errors())]
    request.scope[PROBLEM_SCOPE] = refusals.ValidationFailed.problem
    refusal = refusals.ValidationFailed(f"{len(places)} place(s) are not as documented", errors=places)
    return problem_response(refusal, request.scope)


async def _http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    headers = dict(error.headers or {})
    kind = _BY_STATUS.get(error.status_code)
    if kind is None:
        phrase = HTTPStatus(error.status_code).phrase
        return _document("about:blank", phrase, error.status_code, phrase, {}, headers)
    request.scope[PROBLEM_SCOPE] = kind.problem
    return problem_response(kind(), request.scope, headers)


def install_problems(app: FastAPI) -> None:
    """Answer every expected error, every malformed request and every unknown path with a problem document."""
    app.add_exception_handler(ForbearError, _expected)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)


def catalogue() -> list[ProblemType]:
    """Every problem type of the modules that are loaded, by slug. ValueError when a slug has two statuses."""
    rows: dict[str, ProblemType] = {}
    for kind in _all_kinds([ForbearError]):
        row = ProblemType(
            type=BASE + kind.problem,
            slug=kind.problem,
            status=kind.status,
            title=kind.title,
            title_zh=words.title if (words := chinese().get(kind.problem)) else "",
            meaning=" ".join((kind.__doc__ or kind.title).split()),
            retryable=issubclass(kind, Retryable),
        )
        known = rows.setdefault(kind.problem, row)
        if known.status != row.status:
            raise ValueError(f"problem {kind.problem} has the statuses {known.status} and {row.status}")
    return [rows[slug] for slug in sorted(rows)]


def _all_kinds(kinds: Iterable[type[ForbearError]]) -> Iterable[type[ForbearError]]:
    for kind in kinds:
        yield kind
        yield from _all_kinds(kind.__subclasses__())
