"""The connection of a service to the bank's core: its address, time limits, and the service's own token."""

from collections.abc import AsyncGenerator

import httpx

from services.common.runtime.service_tokens import ServiceTokens
from services.common.runtime.settings import ServiceSettings

TIMEOUT = httpx.Timeout(20.0, connect=3.0)
CONNECTIONS = httpx.Limits(max_connections=16)


class ServiceAuth(httpx.Auth):
    """Adds the service's token to each request; one that is refused is replaced once."""

    def __init__(self, tokens: ServiceTokens) -> None:
        self._tokens = tokens

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Called by httpx for each request."""
        token = await self._tokens.token()
        request.headers["Authorization"] = f"Bearer {token}"
        response = yield request
        if response.status_code == httpx.codes.UNAUTHORIZED:
            self._tokens.forget(token)
            request.headers["Authorization"] = f"Bearer {await self._tokens.token()}"
            yield request


class CoreConnection:
    """`client` is for an adapter of the core-banking port."""

    def __init__(self, settings: ServiceSettings) -> None:
        self._issuer = httpx.AsyncClient()
        self.client = httpx.AsyncClient(
            base_url=settings.core_url.rstrip("/"),
            timeout=TIMEOUT,
            limits=CONNECTIONS,
            auth=ServiceAuth(ServiceTokens(settings, self._issuer)),
        )

    async def close(self) -> None:
        """Let go of the core and of the issuer."""
        await self.client.aclose()
        await self._issuer.aclose()
