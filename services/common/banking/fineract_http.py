"""Requests to Fineract: which answers are refusals, which are not there, and which leave a command unknown."""

import json
from decimal import Decimal
from typing import Any, Literal

import httpx

from services.common.banking.errors import CoreAccountUnknown, CoreAnswerInvalid, CoreRefused, CoreUnavailable

BASE = "/fineract-provider/api/v1"
#: A schedule of 480 periods is about 150 kB.
_MAX_BYTES = 2_000_000
_MAX_CODE = 100


class Lost(Exception):
    """A command was sent and it is not known whether it was done."""


class FineractHttp:
    """One core and tenant. Numbers are read as Decimal, never as float."""

    def __init__(self, client: httpx.AsyncClient, tenant: str) -> None:
        self._client = client
        self._headers = {"Fineract-Platform-TenantId": tenant}

    async def get(self, path: str) -> dict[str, Any]:
        """Read one thing. CoreAccountUnknown, CoreUnavailable or CoreAnswerInvalid."""
        return _mapping(await self._question("GET", path, None))

    async def get_list(self, path: str) -> list[dict[str, Any]]:
        """Read a list of things; the same errors."""
        found = await self._question("GET", path, None)
        if not isinstance(found, list):
            raise CoreAnswerInvalid("a list was expected")
        return [_mapping(item) for item in found]

    async def ask(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """A question with a body (a preview). CoreRefused as well."""
        return _mapping(await self._question("POST", path, body))

    async def command(
        self, path: str, body: dict[str, Any] | None, key: str, method: Literal["POST", "PUT", "DELETE"] = "POST"
    ) -> dict[str, Any]:
        """Send a command once. CoreRefused when the core says no; Lost when it may have happened.

        A connection that was never made is CoreUnavailable: then the command has not left.
        """
        try:
            headers = {**self._headers, "Idempotency-Key": key}
            answer = await self._client.request(method, BASE + path, json=body, headers=headers)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise CoreUnavailable from error
        except httpx.TransportError as error:
            raise Lost from error
        if answer.status_code in (401, 429):
            raise CoreUnavailable
        if 400 <= answer.status_code < 500:
            raise CoreRefused(_code(answer))
        if answer.status_code != 200:
            raise Lost
        try:
            return _mapping(_parsed(answer))
        except CoreAnswerInvalid as error:
            raise Lost from error

    async def _question(self, method: str, path: str, body: dict[str, Any] | None) -> Any:
        try:
            answer = await self._client.request(method, BASE + path, json=body, headers=self._headers)
        except httpx.TransportError as error:
            raise CoreUnavailable from error
        if answer.status_code == 404:
            raise CoreAccountUnknown
        if answer.status_code in (400, 403, 409, 422) and method == "POST":
            raise CoreRefused(_code(answer))
        if answer.status_code != 200:
            raise CoreUnavailable(f"the core answered {answer.status_code}")
        return _parsed(answer)


def _parsed(answer: httpx.Response) -> Any:
    if len(answer.content) > _MAX_BYTES:
        raise CoreAnswerInvalid("the answer is too large")
    try:
        return json.loads(answer.content, parse_float=Decimal)
    except ValueError:
        raise CoreAnswerInvalid("the answer is no JSON") from None


def _mapping(found: Any) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise CoreAnswerInvalid("an object was expected")
    return found


def _code(answer: httpx.Response) -> str:
    try:
        code = _mapping(_parsed(answer)).get("userMessageGlobalisationCode")
    except CoreAnswerInvalid:
        code = None
    return code[:_MAX_CODE] if isinstance(code, str) and code else f"http-{answer.status_code}"
