"""The message gateway over HTTP. It takes permitted messages only, each once per idempotency key."""

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

from services.common.kernel.errors import Unavailable
from services.common.runtime.service_tokens import ServiceTokens
from services.contact.errors import GatewayRefused
from services.contact.permitted import PermittedMessage

TIMEOUT = httpx.Timeout(10.0, connect=2.0)


class _Accepted(BaseModel):
    model_config = ConfigDict(extra="ignore")

    provider_id: str


class HttpGateway:
    """POST and GET `/gateway/messages` as this service, with its own token."""

    def __init__(self, base: str, sender: str, callback: str, tokens: ServiceTokens, client: httpx.AsyncClient) -> None:
        self._base = base.rstrip("/")
        self._sender = sender
        self._callback = callback
        self._tokens = tokens
        self._client = client

    async def send(self, message: PermittedMessage) -> str:
        """Hand a message over; its id at the provider. GatewayRefused for good; Unavailable when nobody knows."""
        body = {
            "idempotency_key": message.key,
            "channel": message.channel,
            "to": message.to,
            "text": message.text,
            "sender": self._sender,
            "reference": message.reference,
            "callback": self._callback,
        }
        response = await self._call("POST", "/gateway/messages", body)
        if response.is_success:
            return _provider_id(response)
        if response.status_code == httpx.codes.CONFLICT and (known := await self.find(message.key)) is not None:
            return known
        raise GatewayRefused(f"STATUS_{response.status_code}")

    async def find(self, key: str) -> str | None:
        """The provider's id of a message handed over before, or None. Unavailable without an answer."""
        response = await self._call("GET", f"/gateway/messages/{key}")
        if response.status_code == httpx.codes.NOT_FOUND:
            return None
        if not response.is_success:
            raise Unavailable(f"the gateway answers {response.status_code} to a question")
        return _provider_id(response)

    async def _call(self, method: str, path: str, body: dict[str, str] | None = None) -> httpx.Response:
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
        if response.is_server_error or response.status_code == httpx.codes.TOO_MANY_REQUESTS:
            raise Unavailable(f"the gateway answers {response.status_code}")
        return response


def _provider_id(response: httpx.Response) -> str:
    try:
        return _Accepted.model_validate_json(response.content).provider_id
    except ValidationError:
        raise Unavailable("the gateway's answer cannot be read") from None
