"""A small service behind the real edge, and an issuer with real keys, both spoken to over ASGI."""

import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import httpx
from fastapi import APIRouter, FastAPI, File, Response, UploadFile
from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey
from pydantic import BaseModel, ConfigDict, Field, field_validator

from services.common.kernel.errors import Refused, Unavailable
from services.common.runtime.http.answers import AlreadyAnswered, Answer, respond
from services.common.runtime.http.app import create_app
from services.common.runtime.http.auth import AnyCaller
from services.common.runtime.http.commands import CommandCaller
from services.common.runtime.http.pagination import Page, PageAsked
from services.common.runtime.metrics import Metrics
from services.common.runtime.settings import ServiceSettings

ISSUER = "https://issuer.test"
CANARY = "canary-13800138000"
Key = RSAKey | ECKey | OKPKey


class Issuer:
    """Keys, the key set that publishes them, and tokens signed by them."""

    def __init__(self) -> None:
        self.keys: dict[str, Key] = {}
        self.asked = 0
        self.down = False
        self.add("rsa", RSAKey.generate_key(2048))
        self.add("ec", ECKey.generate_key("P-256"))
        self.add("ed", OKPKey.generate_key("Ed25519"))

    def add(self, key_id: str, key: Key) -> None:
        self.keys[key_id] = key

    def claims(self, **changes: Any) -> dict[str, Any]:
        """Good claims, with changes; a change to None leaves the claim out."""
        now = int(time.time())
        good = {"iss": ISSUER, "aud": "forbear", "sub": "a-1", "exp": now + 300, "iat": now, "roles": ["agent"]}
        return {name: value for name, value in (good | changes).items() if value is not None}

    def token(
        self, key_id: str = "rsa", alg: str = "RS256", header: dict[str, Any] | None = None, **claims: Any
    ) -> str:
        """A token that is good unless told otherwise."""
        full = {"alg": alg, "kid": key_id, "typ": "at+jwt"} | (header or {})
        return jwt.encode(full, self.claims(**claims), self.keys[key_id], algorithms=[alg])

    async def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        if self.down:
            raise httpx.ConnectError("down", request=request)
        keys = [key.as_dict(private=False) | {"kid": key_id} for key_id, key in self.keys.items()]
        return httpx.Response(200, json={"keys": keys})


class Account(BaseModel):
    """An account in a request."""

    model_config = ConfigDict(extra="forbid", strict=True)

    currency: str = Field(pattern="^[A-Z]{3}$")
    months: int = Field(ge=1, le=120)


class Opened(BaseModel):
    """A request to open something."""

    model_config = ConfigDict(extra="forbid")

    phone: str = Field(max_length=20)
    account: Account
    amount: Decimal | None = Field(default=None, ge=0)

    @field_validator("phone")
    @classmethod
    def _phone(cls, value: str) -> str:
        if value.startswith("x"):
            raise ValueError(f"{value} is no number")
        return value


#: A request that is right.
GOOD: dict[str, Any] = {"phone": "138", "account": {"currency": "CNY", "months": 12}}


class Thing(BaseModel):
    """Something that was opened."""

    number: int


router = APIRouter()
_answered: dict[tuple[str, str], dict[str, Any]] = {}


@router.get("/me")
async def read_me(caller: AnyCaller) -> dict[str, Any]:
    return {
        "subject": caller.subject,
        "person": caller.person,
        "roles": sorted(caller.roles),
        "if_match": caller.if_match,
        "correlation_id": caller.correlation_id,
    }


@router.post("/things/{thing_id}", response_model=Thing, status_code=201)
async def open_thing(thing_id: int, body: Opened, caller: CommandCaller) -> Response:
    assert caller.command
    key = (caller.command.scope, caller.command.key)
    if key in _answered:
        raise AlreadyAnswered(_answered[key])
    answer = Answer(Thing(number=thing_id), 201, etag=1, location=f"/v1/things/{thing_id}")
    _answered[key] = answer.to_stored()
    return respond(answer)


@router.post("/hash")
async def hash_request(caller: CommandCaller) -> dict[str, str]:
    assert caller.command
    return {"hash": caller.command.request_hash, "scope": caller.command.scope}


@router.post("/files")
async def upload_file(file: Annotated[UploadFile, File()], caller: CommandCaller) -> dict[str, Any]:
    assert caller.command
    return {"bytes": len(await file.read()), "hash": caller.command.request_hash}


@router.put("/things/{thing_id}")
async def change_thing(thing_id: int, caller: AnyCaller) -> Thing:
    caller.require_version(7)
    return Thing(number=thing_id)


@router.get("/things")
async def list_things(page: PageAsked, state: str = "all") -> Page[Thing]:
    start = page.after[0] if page.after else 0
    assert isinstance(start, int)
    rows = list(range(start + 1, 6))[: page.limit + 1]
    return page.page(rows, lambda row: (row, UUID(int=row)), lambda row: Thing(number=row))


@router.get("/refusals/{kind}")
async def refuse(kind: str) -> None:
    if kind == "rule":
        raise Refused("too late in the day", rules=["contact.hours"], earliest="2026-03-01T08:00:00+08:00")
    if kind == "unavailable":
        raise Unavailable("the core does not answer")
    raise RuntimeError(f"cannot handle {CANARY}")


def settings() -> ServiceSettings:
    return ServiceSettings.model_validate(
        {"service": "plans", "sandbox": True, "issuer": ISSUER, "database_url": "postgresql://localhost/forbear_plans"}
    )


class Edge:
    """The running application and a client that may be given a token."""

    def __init__(self, app: FastAPI, issuer: Issuer, metrics: Metrics, failing: list[str]) -> None:
        self.app, self.issuer, self.metrics, self.failing = app, issuer, metrics, failing
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://plans.test")

    async def get(self, path: str, token: str | None = None, **headers: str) -> httpx.Response:
        return await self.client.get(path, headers=self._headers(token, headers))

    async def post(self, path: str, content: Any, token: str | None = None, **headers: str) -> httpx.Response:
        """POST JSON (a value, or raw bytes)."""
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        sent = {"content-type": "application/json", "idempotency-key": "k1"} | headers
        return await self.client.post(path, content=body, headers=self._headers(token, sent))

    def _headers(self, token: str | None, headers: dict[str, str]) -> dict[str, str]:
        return {"authorization": f"Bearer {token or self.issuer.token()}"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }


@asynccontextmanager
async def running_edge() -> AsyncIterator[Edge]:
    issuer, metrics, failing = Issuer(), Metrics("plans", "api"), list[str]()

    async def database() -> None:
        if failing:
            raise ConnectionError(f"{CANARY} refused")

    async def broker() -> None:
        return None

    app = create_app(
        "plans",
        "Plans",
        [router],
        settings=settings(),
        ready_checks={"database": database, "broker": broker},
        metrics=metrics,
        issuer_client=httpx.AsyncClient(transport=httpx.MockTransport(issuer.answer)),
    )
    edge = Edge(app, issuer, metrics, failing)
    async with edge.client:
        yield edge
