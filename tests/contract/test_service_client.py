"""Calls between services: whose they are, when they are repeated, and how refusals come back."""

import asyncio
from typing import Any

import httpx
import orjson
import pytest
import stamina
from pydantic import BaseModel

from services.common.kernel.errors import (
    Conflict,
    ForbearError,
    Forbidden,
    InvalidInput,
    NotFound,
    Refused,
    StaleVersion,
    Unauthorized,
    Unavailable,
)
from services.common.runtime.caller import Caller
from services.common.runtime.http.problems import problem_response
from services.common.runtime.problem_errors import CallFailed
from services.common.runtime.service_client import ServiceClient
from tests.contract.edge import Edge, settings

CALLER = Caller("a-1", frozenset({"agent"}), "c-1", acting_for="a-7")


class Sent(BaseModel):
    """A body."""

    amount: str


class Other:
    """The other service and the issuer of tokens; answers are given in order, the last one for ever."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []
        self.tokens = 0

    async def answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/token":
            self.tokens += 1
            return httpx.Response(200, json={"access_token": f"t{self.tokens}", "expires_in": 300})
        # A copy: the client uses one request for several attempts.
        self.requests.append(
            httpx.Request(request.method, request.url, headers=request.headers, content=request.content)
        )
        given = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(given, Exception):
            raise given
        return given

    def client(self) -> ServiceClient:
        return ServiceClient("intake", settings(), httpx.AsyncClient(transport=httpx.MockTransport(self.answer)))


@pytest.fixture(autouse=True)
def quick() -> Any:
    """Repeats without pauses."""
    with stamina.set_testing(True, attempts=4, cap=True):
        yield


def _problem(error: ForbearError) -> httpx.Response:
    made = problem_response(error, {"type": "http", "headers": []})
    return httpx.Response(made.status_code, headers=dict(made.headers), content=bytes(made.body))


OK = httpx.Response(200, json={"amount": "1.00"}, headers={"ETag": '"7"'})


async def test_a_command_is_sent_as_the_service_for_the_person() -> None:
    other = Other(OK)
    async with other.client() as client:
        answer = await client.post("/v1/x", Sent(amount="1.00"), caller=CALLER, idempotency_key="k", if_match=3)
        await client.get("/v1/x", caller=CALLER, params={"state": "open"})
    first, second = other.requests
    assert answer.etag == 7 and answer.read(Sent) == Sent(amount="1.00")
    expected = {
        "authorization": "Bearer t1",
        "x-acting-for": "a-7",
        "x-correlation-id": "c-1",
        "idempotency-key": "k",
        "if-match": '"3"',
        "content-type": "application/json",
    }
    assert expected.items() <= dict(first.headers).items()
    assert orjson.loads(first.content) == {"amount": "1.00"}
    assert second.url.params["state"] == "open" and other.tokens == 1


async def test_a_users_own_token_is_passed_on() -> None:
    other = Other(OK)
    async with other.client() as client:
        await client.get("/v1/x", caller=CALLER, user_token="user")
    assert other.requests[0].headers["authorization"] == "Bearer user"
    assert "x-acting-for" not in other.requests[0].headers and other.tokens == 0


@pytest.mark.parametrize("fault", [httpx.ConnectError("x"), httpx.ReadTimeout("x"), _problem(Unavailable())], ids=str)
async def test_a_command_is_repeated_with_its_key(fault: Exception | httpx.Response) -> None:
    other = Other(fault, fault, OK)
    async with other.client() as client:
        await client.post("/v1/x", {"a": 1}, caller=CALLER, idempotency_key="k")
    assert [request.headers["idempotency-key"] for request in other.requests] == ["k", "k", "k"]
    assert {request.content for request in other.requests} == {b'{"a":1}'}


async def test_a_change_that_may_have_been_done_is_not_repeated() -> None:
    other = Other(httpx.ReadTimeout("x"), OK)
    async with other.client() as client:
        with pytest.raises(Unavailable):
            await client.put("/v1/x", {"a": 1}, caller=CALLER, if_match=1)
    assert len(other.requests) == 1


async def test_silence_is_unavailable_in_the_end() -> None:
    other = Other(httpx.ConnectError("secret detail"))
    async with other.client() as client:
        with pytest.raises(Unavailable) as raised:
            await client.get("/v1/x", caller=CALLER)
    assert len(other.requests) == 4 and "secret" not in raised.value.detail


async def test_a_refused_service_token_is_replaced_once() -> None:
    other = Other(_problem(Unauthorized()), OK)
    async with other.client() as client:
        await client.get("/v1/x", caller=CALLER)
        assert [request.headers["authorization"] for request in other.requests] == ["Bearer t1", "Bearer t2"]
    other = Other(_problem(Unauthorized()))
    async with other.client() as client:
        with pytest.raises(Unauthorized):
            await client.get("/v1/x", caller=CALLER)
    assert len(other.requests) == 2


async def test_one_token_serves_many_calls_at_once() -> None:
    other = Other(OK)
    async with other.client() as client:
        await asyncio.gather(*(client.get("/v1/x", caller=CALLER) for _ in range(10)))
    assert other.tokens == 1 and len(other.requests) == 10


@pytest.mark.parametrize("kind", [InvalidInput, NotFound, Conflict, StaleVersion, Forbidden])
async def test_refusals_come_back_as_what_they_were(kind: type[ForbearError]) -> None:
    other = Other(_problem(kind("because", fields=[("/amount", "too large")], limit="5")))
    async with other.client() as client:
        with pytest.raises(kind) as raised:
            await client.get("/v1/x", caller=CALLER)
    assert raised.value.detail == "because" and raised.value.extras == {"limit": "5"}
    assert raised.value.fields == (("/amount", "too large"),)
    assert len(other.requests) == 1


async def test_a_rules_refusal_keeps_its_rules() -> None:
    other = Other(_problem(Refused("no", rules=["contact.hours"], earliest="08:00")))
    async with other.client() as client:
        with pytest.raises(Refused) as raised:
            await client.get("/v1/x", caller=CALLER)
    assert raised.value.rules == ("contact.hours",) and raised.value.extras["earliest"] == "08:00"


@pytest.mark.parametrize("status", [500, 418, 302])
async def test_other_answers_are_a_failed_call(status: int) -> None:
    other = Other(httpx.Response(status, text="<html>secret</html>"))
    async with other.client() as client:
        with pytest.raises(CallFailed) as raised:
            await client.get("/v1/x", caller=CALLER)
    assert str(status) in raised.value.detail and "secret" not in raised.value.detail


async def test_it_speaks_to_the_real_edge(edge: Edge) -> None:
    token = edge.issuer.token(sub="svc-plans", roles=["system"])

    async def issue(request: httpx.Request) -> httpx.Response:
        assert b"client_id=svc-plans" in request.content and b"grant_type=client_credentials" in request.content
        return httpx.Response(200, json={"access_token": token, "expires_in": 300})

    mounts = {settings().issuer: httpx.MockTransport(issue)}
    http = httpx.AsyncClient(transport=httpx.ASGITransport(app=edge.app), mounts=mounts)
    async with ServiceClient("intake", settings(), http) as client:
        me = (await client.get("/v1/me", caller=CALLER)).json()
        assert (me["subject"], me["person"], me["correlation_id"]) == ("svc-plans", "a-7", "c-1")
        with pytest.raises(InvalidInput) as raised:
            await client.post("/v1/things/1", {"phone": 1}, caller=CALLER, idempotency_key="k")
    assert ("#/account", "Field required") in raised.value.fields
