"""What every answer that is a problem has in common."""

from typing import Any

import httpx

from tests.contract.edge import CANARY


def assert_problem(response: httpx.Response, status: int, slug: str) -> dict[str, Any]:
    """The problem document of an answer that has this status and type, and quotes nothing that was sent."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = response.json()
    assert problem["type"] == f"https://forbear.dev/problems/{slug}"
    assert problem["status"] == status and problem["title"] and problem["detail"]
    assert problem["correlation_id"] == response.headers["x-correlation-id"]
    assert CANARY not in response.text
    return problem
