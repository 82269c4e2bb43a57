"""The borrower at the portal, and what care asks contact for."""

from typing import Any

import httpx

from services.common.contracts.events.plans import PlanActivated
from tests.integration.followup_house import House


def portal(house: House, plan: PlanActivated) -> dict[str, str]:
    """Headers of the portal that acts for the borrower of a plan."""
    token = house.issuer.token(sub="svc-portal", roles=["system"])
    return {"authorization": f"Bearer {token}", "x-acting-for": f"borrower:{plan.borrower_id}"}


async def reads(house: House, plan: PlanActivated, path: str) -> httpx.Response:
    """GET as the borrower of a plan."""
    return await house.client.get(path, headers=portal(house, plan))


async def says(house: House, plan: PlanActivated, path: str, body: Any, key: str) -> httpx.Response:
    """POST as the borrower of a plan."""
    return await house.client.post(path, json=body, headers=portal(house, plan) | {"idempotency-key": key})


async def messages(house: House, plan: PlanActivated, purpose: str) -> list[dict[str, Any]]:
    """The messages of a purpose that contact was asked for."""
    return [body for _, body in await house.outbox(plan, "start") if body.get("purpose") == purpose]
