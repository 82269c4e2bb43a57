"""Reads request bodies before anything else does: bounded in size, and JSON only where all parsers read it alike."""

import json
import math
from typing import Any

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.common.kernel.errors import ForbearError
from services.common.runtime.http.problems import PROBLEM_SCOPE, problem_response
from services.common.runtime.http.refusals import BadRequest, BodyTooLarge, InvalidJson

JSON_LIMIT = 1024 * 1024
UPLOAD_LIMIT = 25 * 1024 * 1024
MAX_DEPTH = 32


class BodyGuard:
    """ASGI middleware. JSON bodies are read whole, checked and passed on; others are counted as they stream."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            receive = await self._guard(scope, receive)
        except ForbearError as refusal:
            scope[PROBLEM_SCOPE] = refusal.problem
            headers = {"Connection": "close"} if isinstance(refusal, BodyTooLarge) else None
            await problem_response(refusal, scope, headers)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    async def _guard(self, scope: Scope, receive: Receive) -> Receive:
        if "\x00" in scope["path"] or b"%00" in scope["query_string"]:
            raise BadRequest("a NUL character is not accepted")
        headers = Headers(scope=scope)
        is_json = media_is_json(headers.get("content-type", ""))
        # Files come as forms; no other body is large, whatever it is said to be.
        limit = UPLOAD_LIMIT if media_is_form(headers.get("content-type", "")) else JSON_LIMIT
        announced = headers.get("content-length", "0")
        if not announced.isdigit() or int(announced) > limit:
            raise BodyTooLarge(f"at most {limit} bytes are accepted")
        if not is_json:
            return _counted(receive, limit)
        body = await read_body(Request(scope, receive), limit)
        if body:
            parse_strict(body)
        return _given(body, receive)


def media_is_json(content_type: str) -> bool:
    """Whether a content type is JSON or one of its `+json` relatives."""
    media = content_type.partition(";")[0].strip().lower()
    return media == "application/json" or (media.startswith("application/") and media.endswith("+json"))


def media_is_form(content_type: str) -> bool:
    """Whether a content type is that of a form with files."""
    return content_type.partition(";")[0].strip().lower() == "multipart/form-data"


def parse_strict(body: bytes) -> Any:
    """The value of a JSON body. InvalidJson for what parsers read differently or what cannot be stored."""
    try:
        value = json.loads(
            body.decode("utf-8"), object_pairs_hook=_no_twins, parse_constant=_no_constant, parse_float=_finite
        )
    except InvalidJson:
        raise
    except RecursionError:
        raise InvalidJson(f"the body is nested deeper than {MAX_DEPTH} levels") from None
    except ValueError:
        raise InvalidJson("the body is not JSON in UTF-8") from None
    _check(value)
    return value


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise InvalidJson("an object of the body has the same key twice")
    return result


def _no_constant(name: str) -> Any:
    raise InvalidJson("NaN and Infinity are not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise InvalidJson("a number of the body is out of range")
    return number


def _check(value: Any) -> None:
    """Walk without recursion: nesting is bounded and no text holds NUL (PostgreSQL cannot store it)."""
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            raise InvalidJson(f"the body is nested deeper than {MAX_DEPTH} levels")
        below: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                below.extend(item.keys())
                below.extend(item.values())
            elif isinstance(item, list):
                below.extend(item)
            elif isinstance(item, str) and "\x00" in item:
                raise InvalidJson("a text of the body holds a NUL character")
        level = below


async def read_body(request: Request, limit: int) -> bytes:
    """The whole body. BodyTooLarge as soon as more than `limit` bytes have come."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise BodyTooLarge(f"at most {limit} bytes are accepted")
    return bytes(body)


def _given(body: bytes, receive: Receive) -> Receive:
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def give() -> Message:
        return pending.pop() if pending else await receive()

    return give


def _counted(receive: Receive, limit: int) -> Receive:
    seen = 0

    async def count() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            # FastAPI passes this class on while it parses forms; other classes become a 400.
            raise HTTPException(413)
        return message

    return count
