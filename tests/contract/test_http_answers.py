"""What answers look like: pages with their cursors, security headers, and the document that describes them."""

from tests.contract.edge import Edge
from tests.contract.problem_answers import assert_problem


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
        assert_problem(await edge.get(f"/v1/things?{query}"), 400, "invalid-cursor")
    assert_problem(await edge.get("/v1/things?limit=0"), 422, "validation-failed")
    assert_problem(await edge.get("/v1/things?limit=201"), 422, "validation-failed")


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
