"""Flags as intake's tests record them, and the care and holds that follow."""

from typing import Any
from uuid import UUID

from tests.integration.intake_house import House

CONSENT = {"given_by": "borrower"}
LEAD = ("compliance",)


async def record(house: House, case_id: UUID, kind: str, **changes: Any) -> dict[str, Any]:
    body = {"kind": kind, "source": "borrower", "consent": CONSENT} | changes
    answer = await house.ask("POST", f"/cases/{case_id}/flags", body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def care(house: House, case_id: UUID) -> list[list[str]]:
    """What was told of the care a person needs, in order."""
    return [body["care"] for name, body in await house.outbox(case_id) if name == "forbear.care.changed.v1"]


async def kinds_of_holds(house: House, case_id: UUID) -> list[str]:
    shown = await house.ask("GET", f"/cases/{case_id}/holds", roles=LEAD)
    return [one["kind"] for one in shown.json()["items"] if one["lifted_at"] is None]
