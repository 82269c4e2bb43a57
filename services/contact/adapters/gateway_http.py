"""What every gateway has in common over HTTP: who asks, what an answer means, and that one key is one message."""

import re
from abc import ABC, abstractmethod
from typing import Any, ClassVar

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.common.kernel.errors import Unavailable
from services.common.runtime.service_tokens import ServiceTokens
from services.contact.errors import GatewayRefused
from services.contact.permitted import PermittedMessage

TIMEOUT = httpx.Timeout(10.0, connect=2.0)
#: Answers that say nothing about the message: we are not let in, ask in the wrong place, or come at a bad moment.
_NOT_NOW = frozenset({403, 404, 405, 408, 425, 429})
_CODE = re.compile(r"[A-Z][A-Z_]{2,39}")


class _Accepted(BaseModel):
    model_config = ConfigDict(extra="ignore")

    provider_id: str = Field(min_length=1, max_length=200)


class _Refused(BaseModel):
    model_config = ConfigDict(extra="ignore")

    code: str = ""


class GatewayLine:
    """The way to one gateway as this service, with its own token; `callback` is where it tells what became of it."""

    def __init__(self, base: str, callback: str, tokens: ServiceTokens, client: httpx.AsyncClient) -> None:
        self._base = base.rstrip("/")
        self.callback = callback
        self._tokens = tokens
        self._client = client

    async def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> httpx.Response:
        """The answer to a question. Unavailable when there was none, or one that says nothing about the message."""
        token = await self._tokens.token()
        try:
            response = await self._client.request(
                method,
                self._base + path,
                json=body,
                headers={"Authorization": f"Bearer {token}"},
                timeout=TIMEOUT,
            )
        except httpx.TransportError as error:
            raise Unavailable(f"the gateway does not answer ({type(error).__name__})") from None
        if response.status_code == httpx.codes.UNAUTHORIZED:
            self._tokens.forget(token)
            raise Unavailable("the gateway does not accept this service's token")
        if response.is_server_error or (method == "POST" and response.status_code in _NOT_NOW):
            raise Unavailable(f"the gateway answers {response.status_code}")
        return response


class HttpGateway(ABC):
    """One channel: its path, and how a message is written there. Everything else is the same for all."""

    channel: ClassVar[str]
    path: ClassVar[str]

    def __init__(self, line: GatewayLine) -> None:
        self._line = line

    @abstractmethod
    def _body(self, message: PermittedMessage) -> dict[str, Any]:
        """The message in this channel's shape. GatewayRefused for an address that is none in this channel."""

    async def send(self, message: PermittedMessage) -> str:
        """Hand a message over; its id at the provider. GatewayRefused for good; Unavailable when nobody knows."""
        common = {
            "idempotency_key": message.key,
            "reference": message.reference,
            "callback": self._line.callback,
        }
        response = await self._line.call("POST", self.path, self._body(message) | common)
        if response.is_success:
            return _provider_id(response)
        if response.status_code == httpx.codes.CONFLICT and (known := await self._known(message.key)) is not None:
            return known
        raise GatewayRefused(_reason(response))

    async def find(self, channel: str, key: str) -> str | None:
        """The provider's id of a message handed over before, or None. Unavailable without an answer."""
        return await self._known(key)

    async def _known(self, key: str) -> str | None:
        response = await self._line.call("GET", f"{self.path}/{key}")
        if response.status_code == httpx.codes.NOT_FOUND:
            return None
        if not response.is_success:
            raise Unavailable(f"the gateway answers {response.status_code} to a question")
        return _provider_id(response)


def _provider_id(response: httpx.Response) -> str:
    try:
        return _Accepted.model_validate_json(response.content).provider_id
    except ValidationError:
        raise Unavailable("the gateway's answer cannot be read") from None


def _reason(response: httpx.Response) -> str:
    """The gateway's own code of a refusal where it has one, else the status; never its words, which may quote ours."""
    try:
        code = _Refused.model_validate_json(response.content).code
    except ValidationError:
        code = ""
    return code if _CODE.fullmatch(code) else f"STATUS_{response.status_code}"
