"""The edge that all services share: problems, keys, versions, correlation, pages, health, limits."""

import io
import json
import logging
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.common.runtime.http.problems import catalogue
from services.common.runtime.logging import configure_logging
from tests.contract.edge import CANARY, Edge

GOOD: dict[str, Any] = {"phone": "138", "account": {"currency": "CNY", "months": 12}}


def _problem(response: httpx.Response, status: int, slug: str) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = response.json()
    assert problem["type"] == f"https://forbear.dev/problems/{slug}"
    assert problem["status"] == status and problem["title"] and problem["detail"]
    assert problem["correlation_id"] == response.headers["x-correlation-id"]
    assert CANARY not in response.text
    return problem


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
        _problem(response, 400, "invalid-json")
    else:
        _problem(response, 422, "validation-failed")


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
    problem = _problem(await edge.post("/v1/things/1", GOOD | change), 422, "validation-failed")
    assert pointer in [error["pointer"] for error in problem["errors"]]
    assert all(error["in"] == "body" and error["detail"] for error in problem["errors"])


async def test_wrong_parameters_are_named(edge: Edge) -> None:
    problem = _problem(await edge.get("/v1/things?limit=1000"), 422, "validation-failed")
    assert problem["errors"][0]["in"] == "query" and problem["errors"][0]["name"] == "limit"
    problem = _problem(await edge.post(f"/v1/things/{CANARY}", GOOD), 422, "validation-failed")
    assert problem["errors"][0] == {"in": "path", "name": "thing_id", "detail": problem["errors"][0]["detail"]}


async def test_unknown_paths_methods_and_media_are_problems(edge: Edge) -> None:
    _problem(await edge.get("/v1/nothing"), 404, "no-such-path")
    wrong = await edge.client.delete("/v1/me")
    _problem(wrong, 405, "method-not-allowed")
    assert wrong.headers["allow"] == "GET"
    _problem(await edge.get("/v1/me?x=%00"), 400, "bad-request")
    _problem(await edge.get("/v1/%00"), 400, "bad-request")
    plain = await edge.post("/v1/things/1", GOOD, content_type="text/plain")
    _problem(plain, 422, "validation-failed")


async def test_large_bodies_are_refused_announced_or_not(edge: Edge) -> None:
    _problem(await edge.post("/v1/hash", b'"' + b"a" * 1024 * 1024 + b'"'), 413, "body-too-large")

    async def endless() -> Any:
        while True:
            yield b'"' + b"a" * 65_536

    headers = {"content-type": "application/json", "idempotency-key": "k"}
    _problem(await edge.client.post("/v1/hash", content=endless(), headers=headers), 413, "body-too-large")
    _problem(await edge.post("/v1/hash", b"{}", content_length="-1"), 413, "body-too-large")
    headers["content-type"] = "multipart/form-data; boundary=b"
    headers["authorization"] = f"Bearer {edge.issuer.token()}"

    async def upload() -> Any:
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n'
        while True:
            yield b"a" * 1024 * 1024

    _problem(await edge.client.post("/v1/files", content=upload(), headers=headers), 413, "body-too-large")


async def test_a_refusal_by_rule_carries_its_rules(edge: Edge) -> None:
    problem = _problem(await edge.get("/v1/refusals/rule"), 409, "refused-by-rule")
    assert problem["rules"] == ["contact.hours"] and problem["earliest"] == "2026-03-01T08:00:00+08:00"
    unavailable = await edge.get("/v1/refusals/unavailable")
    _problem(unavailable, 503, "unavailable")


async def test_an_unexpected_error_is_one_log_line_and_a_correlation_id(edge: Edge) -> None:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    written = io.StringIO()
    configure_logging("plans", "api", "INFO", written)
    try:
        response = await edge.get(f"/v1/refusals/{CANARY}", x_correlation_id="bank-42")
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
    problem = _problem(response, 500, "internal-error")
    assert problem["correlation_id"] == "bank-42"
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    assert [line["event"] for line in lines] == ["unexpected error", "request"]
    assert lines[0]["level"] == "error" and lines[0]["error"] == "RuntimeError" and "edge.py" in lines[0]["where"]
    assert lines[1]["route"] == "/v1/refusals/{kind}" and lines[1]["status"] == 500
    assert {line["correlation_id"] for line in lines} == {"bank-42"}
    assert CANARY not in written.getvalue()


@pytest.mark.parametrize("key", [None, "", "a b", "x" * 201, "tab\there"])
async def test_a_command_needs_a_usable_key(edge: Edge, key: str | None) -> None:
    headers = {"content-type": "application/json", "authorization": f"Bearer {edge.issuer.token()}"}
    if key is not None:
        headers["idempotency-key"] = key
    response = await edge.client.post("/v1/things/1", content=json.dumps(GOOD), headers=headers)
    _problem(response, 400, "idempotency-key-required")


async def test_a_repeated_command_gets_its_answer_again(edge: Edge) -> None:
    first = await edge.post("/v1/things/5", GOOD, idempotency_key="once")
    again = await edge.post("/v1/things/5", GOOD, idempotency_key="once")
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json() == {"number": 5}
    for name in ("etag", "location"):
        assert first.headers[name] == again.headers[name]
    assert again.headers["idempotency-replayed"] == "true" and "idempotency-replayed" not in first.headers
    other = await edge.post("/v1/things/5", GOOD, edge.issuer.token(sub="a-2"), idempotency_key="once")
    assert "idempotency-replayed" not in other.headers


async def test_the_hash_of_a_request_is_of_its_bytes(edge: Edge) -> None:
    async def hashed(path: str, body: bytes) -> str:
        return str((await edge.post(path, body)).json()["hash"])

    base = await hashed("/v1/hash", b'{"a": 1}')
    assert base == await hashed("/v1/hash", b'{"a": 1}')
    assert len({base, await hashed("/v1/hash", b'{"a":1}'), await hashed("/v1/hash?x=1", b'{"a": 1}')}) == 3
    scope = (await edge.post("/v1/hash", b"{}")).json()["scope"]
    assert scope == "a-1 POST /v1/hash"


async def test_an_upload_is_hashed_without_its_boundary(edge: Edge) -> None:
    headers = {"authorization": f"Bearer {edge.issuer.token()}", "idempotency-key": "k"}
    answers = [
        (await edge.client.post("/v1/files", files={"file": ("f.pdf", b"a" * 5000)}, headers=headers)).json()
        for _ in range(2)
    ]
    assert answers[0] == answers[1] and answers[0]["bytes"] == 5000


@pytest.mark.parametrize(("value", "version"), [('"7"', 7), ('W/"7"', 7), (' "12" ', 12)])
async def test_if_match_is_a_version(edge: Edge, value: str, version: int) -> None:
    assert (await edge.get("/v1/me", if_match=value)).json()["if_match"] == version


@pytest.mark.parametrize("value", ["7", "*", '"7", "8"', '"x"', '""', '"-1"', '"' + "9" * 30 + '"'])
async def test_other_preconditions_are_refused(edge: Edge, value: str) -> None:
    _problem(await edge.get("/v1/me", if_match=value), 400, "precondition-malformed")


async def test_a_change_needs_the_present_version(edge: Edge) -> None:
    headers = {"authorization": f"Bearer {edge.issuer.token()}"}
    _problem(await edge.client.put("/v1/things/1", headers=headers), 428, "precondition-required")
    stale = await edge.client.put("/v1/things/1", headers=headers | {"if-match": '"6"'})
    _problem(stale, 412, "stale-version")
    assert (await edge.client.put("/v1/things/1", headers=headers | {"if-match": '"7"'})).status_code == 200


async def test_correlation_goes_in_and_out(edge: Edge) -> None:
    given = await edge.get("/v1/me", x_correlation_id="bank-42")
    assert given.headers["x-correlation-id"] == given.json()["correlation_id"] == "bank-42"
    made = await edge.get("/v1/me", x_correlation_id="bad id " + "x" * 100)
    assert UUID(made.headers["x-correlation-id"]).version == 7
    assert made.json()["correlation_id"] == made.headers["x-correlation-id"]


async def test_pages_follow_each_other_to_the_end(edge: Edge) -> None:
    seen, cursor, pages = [], "", 0
    while True:
        page = (await edge.get(f"/v1/things?limit=2{cursor}")).json()
        seen += [item["number"] for item in page["items"]]
        pages += 1
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert seen == [1, 2, 3, 4, 5] and pages == 3


async def test_a_cursor_is_for_its_own_list_and_unchanged(edge: Edge) -> None:
    cursor = (await edge.get("/v1/things?limit=2&state=open")).json()["next"]
    assert (await edge.get(f"/v1/things?limit=1&state=open&cursor={cursor}")).status_code == 200
    changed = cursor[:-2] + ("AA" if cursor[-2:] != "AA" else "BB")
    for query in (f"cursor={cursor}", f"state=closed&cursor={cursor}", f"state=open&cursor={changed}", "cursor=%25"):
        _problem(await edge.get(f"/v1/things?{query}"), 400, "invalid-cursor")
    _problem(await edge.get("/v1/things?limit=0"), 422, "validation-failed")
    _problem(await edge.get("/v1/things?limit=201"), 422, "validation-failed")


async def test_health_names_what_fails(edge: Edge) -> None:
    assert (await edge.client.get("/health/live")).json() == {"status": "live", "checks": []}
    assert (await edge.client.get("/health/ready")).json() == {"status": "ready", "checks": ["broker", "database"]}
    edge.failing.append("database")
    problem = _problem(await edge.client.get("/health/ready"), 503, "not-ready")
    assert problem["failing"] == ["database"]
    assert (await edge.client.get("/health/live")).status_code == 200


async def test_metrics_are_by_route_template(edge: Edge) -> None:
    for number in range(3):
        await edge.post(f"/v1/things/{number}", GOOD)
    await edge.get(f"/v1/{CANARY}")
    text = (await edge.client.get("/metrics")).text
    line = 'forbear_http_request_seconds_count{method="POST",route="/v1/things/{thing_id}",status="201"} 3.0'
    assert line in text
    assert 'route="unmatched",status="404"' in text and CANARY not in text


async def test_every_answer_has_the_security_headers(edge: Edge) -> None:
    for path in ("/v1/me", "/v1/nothing", "/v1/refusals/x", "/health/live"):
        headers = (await edge.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff" and headers["cache-control"] == "no-store"
        assert "default-src 'none'" in headers["content-security-policy"]


async def test_the_openapi_document_describes_the_edge(edge: Edge) -> None:
    document = (await edge.client.get("/openapi.json")).json()
    assert document["openapi"].startswith("3.1")
    operation = document["paths"]["/v1/things/{thing_id}"]["post"]
    assert operation["operationId"] == "open_thing"
    assert set(operation["responses"]) == {"201", "default"}
    assert operation["responses"]["default"]["content"].keys() == {"application/problem+json"}
    key = next(each for each in operation["parameters"] if each["name"].lower() == "idempotency-key")
    assert key["required"] is True
    assert {"Problem", "FieldError"} <= document["components"]["schemas"].keys()
    assert "HTTPValidationError" not in document["components"]["schemas"]
    for path in ("/docs", "/redoc"):
        assert (await edge.client.get(path)).status_code == 404


def test_the_catalogue_lists_each_problem_once() -> None:
    rows = catalogue()
    slugs = [row.slug for row in rows]
    assert slugs == sorted(set(slugs))
    assert {"validation-failed", "stale-version", "idempotency-key-required", "not-ready"} <= set(slugs)
    assert all(row.meaning and row.title and 400 <= row.status < 600 for row in rows)
    assert next(row for row in rows if row.slug == "unavailable").retryable
