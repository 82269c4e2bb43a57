"""Calls of the sandbox's people to the services: as a borrower through a portal, or as a member of staff."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import httpx

from sandbox.issuer.tokens import LIFETIME, Issuer
from services.common.runtime.clock import wall_now


class CallRefused(Exception):
    """A service refused a call; `status` and `problem` say how."""

    def __init__(self, status: int, problem: str) -> None:
        super().__init__(f"{status} {problem}")
        self.status = status
        self.problem = problem


class Caller:
    """One person's calls. What changes something bears the key of the act, so that doing it again does nothing."""

    def __init__(self, client: httpx.AsyncClient, urls: Mapping[str, str], headers: Mapping[str, str]) -> None:
        self._client = client
        self._urls = urls
        self._headers = dict(headers)

    async def get(self, service: str, path: str, **query: str) -> Any:
        """The JSON answer of a read. `CallRefused` for 4xx; httpx's errors for what may pass by itself."""
        return (await self._send("GET", service, path, params=query)).json()

    async def get_versioned(self, service: str, path: str) -> tuple[Any, str]:
        """The JSON answer of a read, and its ETag."""
        answer = await self._send("GET", service, path)
        return answer.json(), answer.headers["ETag"]

    async def post(self, service: str, path: str, body: Any, key: str, etag: str | None = None) -> Any:
        """The JSON answer of a command."""
        headers = {"Idempotency-Key": _plain(key)} | ({"If-Match": etag} if etag else {})
        return (await self._send("POST", service, path, json=body, headers=headers)).json()

    async def upload(
        self, service: str, path: str, name: str, content: bytes, fields: Mapping[str, str], key: str
    ) -> Any:
        """The JSON answer of an upload of one file."""
        return (
            await self._send(
                "POST",
                service,
                path,
                files={"file": (name, content)},
                data=dict(fields),
                headers={"Idempotency-Key": _plain(key)},
            )
        ).json()

    async def _send(
        self, method: str, service: str, path: str, headers: Mapping[str, str] | None = None, **more: Any
    ) -> httpx.Response:
        url = f"{self._urls[service]}/v1{path}"
        answer = await self._client.request(method, url, headers={**self._headers, **(headers or {})}, **more)
        if 400 <= answer.status_code < 500:
            problem = answer.json().get("type", "") if "json" in answer.headers.get("content-type", "") else ""
            raise CallRefused(answer.status_code, str(problem).rsplit("/", 1)[-1])
        answer.raise_for_status()
        return answer


class Calls:
    """Gives each person a caller with a token of the sandbox's issuer."""

    def __init__(self, client: httpx.AsyncClient, urls: Mapping[str, str], issuer: Issuer) -> None:
        self._client = client
        self._urls = urls
        self._issuer = issuer
        self._tokens: dict[tuple[str, tuple[str, ...]], tuple[str, datetime]] = {}

    def as_borrower(self, borrower_ref: str) -> Caller:
        """The bank's portal, acting for a borrower."""
        return self._caller("svc-portal", ("system",), {"X-Acting-For": f"borrower:{borrower_ref}"})

    def as_staff(self, subject: str, roles: tuple[str, ...]) -> Caller:
        """A member of the bank's staff."""
        return self._caller(subject, roles, {})

    def as_portal(self) -> Caller:
        """The bank's portal for itself."""
        return self._caller("svc-portal", ("system",), {})

    def _caller(self, subject: str, roles: tuple[str, ...], more: Mapping[str, str]) -> Caller:
        headers = {"Authorization": f"Bearer {self._token(subject, roles)}", **more}
        return Caller(self._client, self._urls, headers)

    def _token(self, subject: str, roles: tuple[str, ...]) -> str:
        """A token with half of its life before it at least: the one this person has, or a new one."""
        now = wall_now()
        token, renew_at = self._tokens.get((subject, roles), ("", now))
        if now >= renew_at:
            token = self._issuer.token(subject, roles)
            self._tokens[subject, roles] = token, now + LIFETIME / 2
        return token


def _plain(key: str) -> str:
    return re.sub(r"[^\x21-\x7e]", "_", key)[:200]
