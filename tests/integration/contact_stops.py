"""Stops as people place and lift them in contact's tests."""

from typing import Any

import httpx

from tests.integration.contact_house import House


async def place(house: House, key: str = "stop", scope: str = "all", value: str = "", **who: Any) -> httpx.Response:
    body = {"scope": scope, "value": value, "reason": "the offer names a wrong amount"}
    return await house.post("/v1/stops", body, key, *who.pop("roles", ("supervisor",)), **who)


async def lift(house: House, stop: httpx.Response, key: str, subject: str, version: int) -> httpx.Response:
    path = f"/v1/stops/{stop.json()['stop_id']}/lift"
    return await house.post(path, None, key, "manager", subject=subject, if_match=f'"{version}"')


async def lifted(house: House, stop: httpx.Response) -> None:
    version = int(stop.headers["etag"].strip('"'))
    assert (await lift(house, stop, f"{version}-ask", "m-1", version)).json()["state"] == "lift_requested"
    assert (await lift(house, stop, f"{version}-confirm", "m-2", version + 1)).json()["state"] == "lifted"


async def rules(house: House, name: str, key: str, **changes: Any) -> list[str]:
    """The rules that refuse a call of a case."""
    case = await house.triaged(name)
    found: list[str] = (await house.ask(case, key, **changes)).json()["rules"]
    return found
