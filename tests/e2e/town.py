"""The town of the stories: one stack on the lapse clock, its driver, and calls to it as somebody, over HTTP."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path
from time import monotonic
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from temporalio.client import Client

from sandbox.engines.stack import LocalStack
from sandbox.lapse.driver import Driver, driving

ZONE = ZoneInfo("Asia/Shanghai")
#: A Monday, an hour after the contact hours of the day begin.
MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)
TOKEN_SECONDS = 300.0

Person = str
"""Who asks: the login name of a member of staff, or `svc-...` for a service."""


@dataclass
class Town:
    """`env` of the stack says where everything is; time moves only when a story says so."""

    stack: LocalStack
    driver: Driver
    temporal: Client
    http: httpx.AsyncClient
    _tokens: dict[Person, tuple[str, float]] = field(default_factory=dict)
    _keys: "count[int]" = field(default_factory=lambda: count(1))

    # -- time --------------------------------------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        """Business time at the bank."""
        return self.driver.now().astimezone(ZONE)

    @property
    def today(self) -> date:
        return self.now.date()

    async def settles(self) -> None:
        """Wait until nothing is in flight; business time stands still."""
        await self.driver.settle()

    async def passes(self, by: timedelta) -> None:
        """Let time pass, through everything that is due and every end of the bank's day."""
        await self.driver.advance(by)

    # -- calls -------------------------------------------------------------------------------------------------------

    async def call(
        self,
        method: str,
        service: str,
        path: str,
        who: Person,
        *,
        acting_for: str | None = None,
        etag: str | None = None,
        key: str | None = None,
        **more: Any,
    ) -> httpx.Response:
        """One request with a token; what changes something bears a key of its own unless one is given."""
        headers = {"Authorization": f"Bearer {await self._token(who)}"}
        if method != "GET":
            headers["Idempotency-Key"] = key or f"e2e-{next(self._keys)}"
        if acting_for is not None:
            headers["X-Acting-For"] = acting_for
        if etag is not None:
            headers["If-Match"] = etag
        return await self.http.request(method, f"{self.stack.urls[service]}{path}", headers=headers, **more)

    async def get(self, service: str, path: str, who: Person, **more: Any) -> Any:
        """The answer of a read that must go well."""
        return well(await self.call("GET", service, path, who, **more)).json()

    async def post(self, service: str, path: str, who: Person, body: Any = None, **more: Any) -> Any:
        """The answer of a command that must go well."""
        return well(await self.call("POST", service, path, who, json=body, **more)).json()

    async def pulls(self, lever: str, body: Any = None, **more: Any) -> Any:
        """Pull one of the sandbox's levers."""
        return well(await self.http.post(f"{self.stack.urls['sandbox']}/sandbox{lever}", json=body, **more)).json()

    async def imports(self, extract: Path, mapping: str) -> Any:
        """Run `forbear import` on a file; its report."""
        kept = extract.with_suffix(".quarantine.csv")
        said = await self.stack.run("import", str(extract), "--mapping", mapping, "--quarantine", str(kept), "--json")
        return json.loads(said[said.index("{") :])

    async def _token(self, who: Person) -> str:
        token, since = self._tokens.get(who, ("", 0.0))
        if not token or monotonic() - since > TOKEN_SECONDS:
            form: Mapping[str, str] = {"grant_type": "urn:forbear:sandbox", "username": who}
            if who.startswith("svc-"):
                secret = self.stack.env["FORBEAR_CLIENT_SECRET"]
                form = {"grant_type": "client_credentials", "client_id": who, "client_secret": secret}
            answer = await self.http.post(f"{self.stack.urls['sandbox']}/issuer/token", data=form)
            token = well(answer).json()["access_token"]
            self._tokens[who] = (token, monotonic())
        return token


def well(answer: httpx.Response) -> httpx.Response:
    """The answer, which must be a success."""
    asked = answer.request
    assert answer.is_success, f"{asked.method} {asked.url} was answered {answer.status_code} {answer.text}"
    return answer


def refused(answer: httpx.Response, status: int, problem: str) -> Any:
    """The problem document of an answer that must be this refusal."""
    found = answer.json() if "json" in answer.headers.get("content-type", "") else {"type": answer.text}
    assert (answer.status_code, found["type"].rsplit("/", 1)[-1]) == (status, problem), answer.text
    return found


@asynccontextmanager
async def town(state: Path) -> AsyncIterator[Town]:
    """A stack whose own borrowers and staff stay at home: the test plays them."""
    nobody = {"FORBEAR_SANDBOX_PEOPLE": "0"}
    async with (
        LocalStack(state, lapse=MORNING, fsync=False, env=nobody) as stack,
        driving(stack.env, stack.supervisor) as driver,
        httpx.AsyncClient(timeout=60) as http,
    ):
        temporal = await Client.connect(stack.env["FORBEAR_TEMPORAL_ADDRESS"])
        yield Town(stack, driver, temporal, http)
