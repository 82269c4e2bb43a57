"""What persons ask of us, as contact's tests tell it."""

from typing import Any

import httpx
import orjson

from services.common.contracts.events.cases import CaseTriaged, PartyAdded
from services.common.kernel.ids import business_uuid
from tests.integration.contact_house import House


async def put(house: House, case: CaseTriaged, version: int, query: str = "", **asked: Any) -> httpx.Response:
    """Preferences of a person, from a version on."""
    headers = house._headers((), "a-1") | {"if-match": f'"{version}"', "content-type": "application/json"}
    body = {"source": "conversation"} | asked
    path = f"/v1/cases/{case.case_id}/contact-preferences{query}"
    return await house.client.put(path, headers=headers, content=orjson.dumps(body))


async def tell(house: House, case: CaseTriaged, what: str, key: str, **body: Any) -> httpx.Response:
    """POST to one of the registers of a case."""
    return await house.post(f"/v1/cases/{case.case_id}/{what}", body, key)


async def listed(house: House, case: CaseTriaged, what: str) -> list[dict[str, Any]]:
    """The items of one of the registers of a case."""
    items: list[dict[str, Any]] = (await house.get(f"/v1/cases/{case.case_id}/{what}")).json()["items"]
    return items


async def party(house: House, case: CaseTriaged, name: str) -> str:
    """A joint debtor of a case, by name; the id of this person."""
    party_id = business_uuid("borrower", name)
    added = PartyAdded(case_id=case.case_id, party_id=party_id, role="joint_debtor")
    assert await house.hear("intake", added) == "applied"
    return str(party_id)


def places(problem: dict[str, Any]) -> list[str]:
    """The JSON pointers of a problem."""
    return [error["pointer"] for error in problem["errors"]]
