"""What is wrong with a request is answered by a problem that names it and quotes nothing."""

from typing import Any

import pytest

from services.common.runtime.http.problems import catalogue
from tests.contract.edge import CANARY, GOOD, Edge
from tests.contract.problem_answers import assert_problem


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"",
        b'{"phone": NaN}',
        b'{"phone": -Infinity}',
        b'{"phone": 1e400}',
        b'{"phone": "a", "phone": "b"}',
        b'{"account": {"currency": "CNY", "currency": "EUR"}}',
        b'{"phone": "a\\u0000b"}',
        b'{"a\\u0000b": 1}',
        b'\xff\xfe{"phone": "a"}',
        b"[" * 33 + b"]" * 33,
        b"[" * 100_000,
        b'{"phone": ' + b"9" * 5000 + b"}",
    ],
    ids=lambda body: repr(body[:30]),
)
async def test_json_that_parsers_read_differently_is_refused(edge: Edge, body: bytes) -> None:
    response = await edge.post("/v1/things/1", body)
    if body:
        assert_problem(response, 400, "invalid-json")
    else:
        assert_problem(response, 422, "validation-failed")


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"phone": CANARY * 3}, "#/phone"),
        ({"phone": f"x{CANARY[:15]}"}, "#/phone"),
        ({"phone": {"secret": CANARY}}, "#/phone"),
        ({"amount": f"-{CANARY}"}, "#/amount"),
        ({"account": {"currency": CANARY, "months": 1}}, "#/account/currency"),
        ({"account": {"currency": "CNY", "months": "7"}}, "#/account/months"),
        ({"account": {"currency": "CNY", "months": True}}, "#/account/months"),
        ({"account": {"currency": "CNY"}}, "#/account/months"),
        ({"account": {"currency": "CNY", "months": 1, "version": 3}}, "#/account/version"),
        ({"status": CANARY}, "#/status"),
        ({"approved_by": CANARY, "role": "manager"}, "#/approved_by"),
    ],
    ids=str,
)
async def test_wrong_fields_are_named_and_not_quoted(edge: Edge, change: dict[str, Any], pointer: str) -> None:
    problem = assert_problem(await edge.post("/v1/things/1", GOOD | change), 422, "validation-failed")
    assert pointer in [error["pointer"] for error in problem["errors"]]
    assert all(error["in"] == "body" and error["detail"] for error in problem["errors"])


async def test_wrong_parameters_are_named(edge: Edge) -> None:
    problem = assert_problem(await edge.get("/v1/things?limit=1000"), 422, "validation-failed")
    assert problem["errors"][0]["in"] == "query" and problem["errors"][0]["name"] == "limit"
    problem = assert_problem(await edge.post(f"/v1/things/{CANARY}", GOOD), 422, "validation-failed")
    assert problem["errors"][0] == {"in": "path", "name": "thing_id", "detail": problem["errors"][0]["detail"]}


async def test_unknown_paths_methods_and_media_are_problems(edge: Edge) -> None:
    assert_problem(await edge.get("/v1/nothing"), 404, "no-such-path")
    wrong = await edge.client.delete("/v1/me")
    assert_problem(wrong, 405, "method-not-allowed")
    assert wrong.headers["allow"] == "GET"
    assert_problem(await edge.get("/v1/me?x=%00"), 400, "bad-request")
    assert_problem(await edge.get("/v1/%00"), 400, "bad-request")
    plain = await edge.post("/v1/things/1", GOOD, content_type="text/plain")
    assert_problem(plain, 422, "validation-failed")


async def test_large_bodies_are_refused_announced_or_not(edge: Edge) -> None:
    assert_problem(await edge.post("/v1/hash", b'"' + b"a" * 1024 * 1024 + b'"'), 413, "body-too-large")

    async def endless() -> Any:
        while True:
            yield b'"' + b"a" * 65_536

    headers = {"content-type": "application/json", "idempotency-key": "k"}
    assert_problem(await edge.client.post("/v1/hash", content=endless(), headers=headers), 413, "body-too-large")
    assert_problem(await edge.post("/v1/hash", b"{}", content_length="-1"), 413, "body-too-large")
    headers["content-type"] = "multipart/form-data; boundary=b"
    headers["authorization"] = f"Bearer {edge.issuer.token()}"

    async def upload() -> Any:
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n'
        while True:
            yield b"a" * 1024 * 1024

    assert_problem(await edge.client.post("/v1/files", content=upload(), headers=headers), 413, "body-too-large")


async def test_a_refusal_by_rule_carries_its_rules(edge: Edge) -> None:
    problem = assert_problem(await edge.get("/v1/refusals/rule"), 409, "refused-by-rule")
    assert problem["rules"] == ["contact.hours"] and problem["earliest"] == "2026-03-01T08:00:00+08:00"
    unavailable = await edge.get("/v1/refusals/unavailable")
    assert_problem(unavailable, 503, "unavailable")


def test_the_catalogue_lists_each_problem_once() -> None:
    rows = catalogue()
    slugs = [row.slug for row in rows]
    assert slugs == sorted(set(slugs))
    assert {"validation-failed", "stale-version", "idempotency-key-required", "not-ready"} <= set(slugs)
    assert all(row.meaning and row.title and 400 <= row.status < 600 for row in rows)
    assert next(row for row in rows if row.slug == "unavailable").retryable
