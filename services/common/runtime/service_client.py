"""Calls from one service to the API of another: as the service, for a person where there is one, and safe to repeat."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx
import orjson
import stamina
from pydantic import BaseModel

from services.common.kernel.errors import Unauthorized, Unavailable
from services.common.runtime.caller import Caller
from services.common.runtime.http.commands import KEY_HEADER
from services.common.runtime.problem_errors import error_from
from services.common.runtime.service_tokens import ServiceTokens
from services.common.runtime.settings import ServiceSettings

TIMEOUT = httpx.Timeout(10.0, connect=2.0)
# Each call looks at all connections that are kept alive.
LIMITS = httpx.Limits(max_connections=32, max_keepalive_connections=8)
ATTEMPTS = 4
PATIENCE_SECONDS = 20.0
M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class ServiceAnswer:
    """A successful answer: status, JSON text and the version of its ETag."""

    status: int
    content: bytes
    etag: int | None

    def read(self, model: type[M]) -> M:
        """The body as a model of ours. pydantic's ValidationError when the other service broke the contract."""
        return model.model_validate_json(self.content)

    def json(self) -> Any:
        """The body as JSON values."""
        return orjson.loads(self.content)


class ServiceClient:
    """The API of `service`. Expected refusals come back as the errors they were; no answer is `Unavailable`."""

    def __init__(self, service: str, settings: ServiceSettings, client: httpx.AsyncClient | None = None) -> None:
        self._base = settings.url_of(service)
        self._client = client or httpx.AsyncClient(timeout=TIMEOUT, limits=LIMITS)
        self._tokens = ServiceTokens(settings, self._client)

    async def get(
        self, path: str, *, caller: Caller, params: Mapping[str, str] | None = None, user_token: str | None = None
    ) -> ServiceAnswer:
        """Read `path` (from `/v1` on)."""
        return await self._call("GET", path, caller, params=params, user_token=user_token)

    async def post(
        self,
        path: str,
        body: BaseModel | Mapping[str, Any] | None = None,
        *,
        caller: Caller,
        idempotency_key: str,
        if_match: int | None = None,
        user_token: str | None = None,
    ) -> ServiceAnswer:
        """Send a command; every attempt carries the same key. With `user_token` the user is asking, not the service."""
        own = {KEY_HEADER: idempotency_key}
        return await self._call("POST", path, caller, body=body, own=own, if_match=if_match, user_token=user_token)

    async def put(
        self,
        path: str,
        body: BaseModel | Mapping[str, Any],
        *,
        caller: Caller,
        if_match: int,
        user_token: str | None = None,
    ) -> ServiceAnswer:
        """Change the thing at `path`, of which version `if_match` was read."""
        return await self._call("PUT", path, caller, body=body, if_match=if_match, user_token=user_token)

    async def close(self) -> None:
        await self._client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _call(
        self,
        method: str,
        path: str,
        caller: Caller,
        *,
        params: Mapping[str, str] | None = None,
        body: BaseModel | Mapping[str, Any] | None = None,
        own: Mapping[str, str] | None = None,
        if_match: int | None = None,
        user_token: str | None = None,
    ) -> ServiceAnswer:
        headers = {"X-Correlation-Id": caller.correlation_id, "Accept": "application/json", **(own or {})}
        if caller.acting_for is not None and user_token is None:
            headers["X-Acting-For"] = caller.acting_for
        if if_match is not None:
            headers["If-Match"] = f'"{if_match}"'
        content = None
        if body is not None:
            content = body.model_dump_json().encode() if isinstance(body, BaseModel) else orjson.dumps(body)
            headers["Content-Type"] = "application/json"
        request = self._client.build_request(
            method, self._base + path, params=params, content=content, headers=headers, timeout=TIMEOUT
        )
        # A PUT that was done but not heard of is a 412 the second time, so only its connect errors are repeated.
        repeatable = (
            (httpx.TransportError, Unavailable) if method != "PUT" else (httpx.ConnectError, httpx.ConnectTimeout)
        )
        try:
            async for attempt in stamina.retry_context(
                on=repeatable, attempts=ATTEMPTS, timeout=PATIENCE_SECONDS, wait_initial=0.1, wait_max=2.0
            ):
                with attempt:
                    return await self._authorized(request, user_token)
        except httpx.TransportError as error:
            raise Unavailable(f"{request.url.host} does not answer ({type(error).__name__})") from None
        raise Unavailable("no attempt was made")

    async def _authorized(self, request: httpx.Request, user_token: str | None) -> ServiceAnswer:
        """One attempt; a service token that was refused is replaced once."""
        if user_token is not None:
            return await self._send(request, user_token)
        token = await self._tokens.token()
        try:
            return await self._send(request, token)
        except Unauthorized:
            self._tokens.forget(token)
            return await self._send(request, await self._tokens.token())

    async def _send(self, request: httpx.Request, token: str) -> ServiceAnswer:
        request.headers["Authorization"] = f"Bearer {token}"
        response = await self._client.send(request)
        if not response.is_success:
            raise error_from(response)
        etag = response.headers.get("ETag", "").removeprefix("W/").strip('"')
        return ServiceAnswer(response.status_code, response.content, int(etag) if etag.isdigit() else None)
