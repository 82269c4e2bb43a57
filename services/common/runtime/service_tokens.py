"""A service's own access token by client credentials, kept until shortly before it expires."""

import asyncio
import time

import httpx
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from services.common.kernel.errors import Unavailable
from services.common.runtime.settings import ServiceSettings

EARLY_SECONDS = 30.0
TIMEOUT_SECONDS = 5.0


class _Granted(BaseModel):
    """What the token endpoint answers (RFC 6749, section 5.1)."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    access_token: SecretStr
    expires_in: int = Field(gt=0)


class ServiceTokens:
    """Tokens of one service. One request at a time asks the issuer; the others wait for its answer."""

    def __init__(self, settings: ServiceSettings, client: httpx.AsyncClient) -> None:
        self._settings = settings
        self._client = client
        self._token = ""
        self._until = 0.0
        self._lock = asyncio.Lock()

    async def token(self) -> str:
        """A token that is good for half a minute at least. Unavailable when the issuer gives none."""
        async with self._lock:
            if time.monotonic() >= self._until:
                granted = await self._ask()
                self._token = granted.access_token.get_secret_value()
                self._until = time.monotonic() + max(granted.expires_in - EARLY_SECONDS, granted.expires_in / 2)
            return self._token

    def forget(self, token: str) -> None:
        """Ask for another one next time, because this one was refused."""
        if token == self._token:
            self._until = 0.0

    async def _ask(self) -> _Granted:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._settings.client_id,
            "client_secret": self._settings.client_secret.get_secret_value(),
            "audience": self._settings.audience,
        }
        try:
            response = await self._client.post(self._settings.token_address, data=form, timeout=TIMEOUT_SECONDS)
            response.raise_for_status()
            return _Granted.model_validate_json(response.content)
        except (httpx.HTTPError, ValidationError):
            raise Unavailable("the token issuer gives this service no token") from None
