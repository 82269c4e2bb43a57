"""Commands: keys and repeated answers, the hash of what was asked, and the version that a change is of."""

import json

import pytest

from tests.contract.edge import GOOD, Edge
from tests.contract.problem_answers import assert_problem


@pytest.mark.parametrize("key", [None, "", "a b", "x" * 201, "tab\there"])
async def test_a_command_needs_a_usable_key(edge: Edge, key: str | None) -> None:
    headers = {"content-type": "application/json", "authorization": f"Bearer {edge.issuer.token()}"}
    if key is not None:
        headers["idempotency-key"] = key
    response = await edge.client.post("/v1/things/1", content=json.dumps(GOOD), headers=headers)
    assert_problem(response, 400, "idempotency-key-required")


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
    portal = edge.issuer.token(sub="svc-portal", roles=["system"])
    acting = await edge.post("/v1/hash", b"{}", portal, x_acting_for="borrower:B1")
    assert acting.json()["scope"] == "svc-portal for borrower:B1 POST /v1/hash"


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
    assert_problem(await edge.get("/v1/me", if_match=value), 400, "precondition-malformed")


async def test_a_change_needs_the_present_version(edge: Edge) -> None:
    headers = {"authorization": f"Bearer {edge.issuer.token()}"}
    assert_problem(await edge.client.put("/v1/things/1", headers=headers), 428, "precondition-required")
    stale = await edge.client.put("/v1/things/1", headers=headers | {"if-match": '"6"'})
    assert_problem(stale, 412, "stale-version")
    assert (await edge.client.put("/v1/things/1", headers=headers | {"if-match": '"7"'})).status_code == 200
