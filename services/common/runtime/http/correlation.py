"""The outermost layer: correlation id in and out, one access line and one measurement per request, last resort."""

import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.common.runtime.http.problems import PROBLEM_SCOPE, internal_problem
from services.common.runtime.logging import bound, correlation_from, error_fields, get_logger
from services.common.runtime.metrics import Metrics

HEADER = "X-Correlation-Id"
UNMATCHED = "unmatched"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_QUIET = ("/health", "/metrics")
_log = get_logger(__name__)

# An API of documents: nothing of it may run, be framed, be guessed at or be kept by a cache.
SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Edge:
    """ASGI middleware around everything else of a service's application."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        correlation_id = correlation_from(Headers(scope=scope).get(HEADER))
        with bound(correlation_id=correlation_id):
            await self._request(scope, receive, send, correlation_id)

    async def _request(self, scope: Scope, receive: Receive, send: Send, correlation_id: str) -> None:
        started = time.perf_counter()
        status = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers[HEADER] = correlation_id
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        except Exception as error:
            _log.error("unexpected error", route=route_of(scope), method=scope["method"], **error_fields(error))
            if status:
                raise
            scope[PROBLEM_SCOPE] = "internal-error"
            await internal_problem(scope)(scope, receive, send_with_headers)
        finally:
            self._record(scope, status, time.perf_counter() - started)

    def _record(self, scope: Scope, status: int, seconds: float) -> None:
        route = route_of(scope)
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        self._metrics.http_seconds.labels(method, route, str(status or 499)).observe(seconds)
        write = _log.debug if scope["path"].startswith(_QUIET) else _log.info
        problem = {"problem": scope[PROBLEM_SCOPE]} if PROBLEM_SCOPE in scope else {}
        write("request", method=method, route=route, status=status or 499, ms=round(seconds * 1000, 1), **problem)


def route_of(scope: Scope) -> str:
    """The template of the route that matched (`/v1/cases/{case_id}`), so that ids stay out of logs and metrics."""
    # A route that came with a router knows its path without the router's prefix; FastAPI keeps the whole one here.
    included = scope.get("fastapi", {}).get("effective_route_context")
    path = getattr(included, "path_format", None) or getattr(scope.get("route"), "path", None)
    return str(path) if path else UNMATCHED
