"""What those who watch a service see of it: correlation ids, log lines, health, metrics."""

import io
import json
import logging
from uuid import UUID

from services.common.runtime.logging import configure_logging
from tests.contract.edge import CANARY, GOOD, Edge
from tests.contract.problem_answers import assert_problem


async def test_correlation_goes_in_and_out(edge: Edge) -> None:
    given = await edge.get("/v1/me", x_correlation_id="bank-42")
    assert given.headers["x-correlation-id"] == given.json()["correlation_id"] == "bank-42"
    made = await edge.get("/v1/me", x_correlation_id="bad id " + "x" * 100)
    assert UUID(made.headers["x-correlation-id"]).version == 7
    assert made.json()["correlation_id"] == made.headers["x-correlation-id"]


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
    problem = assert_problem(response, 500, "internal-error")
    assert problem["correlation_id"] == "bank-42"
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    assert [line["event"] for line in lines] == ["unexpected error", "request"]
    assert lines[0]["level"] == "error" and lines[0]["error"] == "RuntimeError" and "edge.py" in lines[0]["where"]
    assert lines[1]["route"] == "/v1/refusals/{kind}" and lines[1]["status"] == 500
    assert {line["correlation_id"] for line in lines} == {"bank-42"}
    assert CANARY not in written.getvalue()


async def test_health_names_what_fails(edge: Edge) -> None:
    assert (await edge.client.get("/health/live")).json() == {"status": "live", "checks": []}
    assert (await edge.client.get("/health/ready")).json() == {"status": "ready", "checks": ["broker", "database"]}
    edge.failing.append("database")
    problem = assert_problem(await edge.client.get("/health/ready"), 503, "not-ready")
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
