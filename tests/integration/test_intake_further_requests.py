"""A request while a plan runs is told with its agreement, and so is the end of one."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest_asyncio

from services.common.contracts.events.agreements import InstalmentMissed
from tests.databases import FreshDatabase
from tests.integration.intake_case_steps import REQUEST, about, agreement_of, engaged, plan_events
from tests.integration.intake_house import House, cny


@pytest_asyncio.fixture(loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    found = House(await fresh_database("intake"))
    yield found
    await found.close()


async def asks(house: House, case_id: UUID) -> Any:
    answer = await house.ask("POST", f"/cases/{case_id}/requests", REQUEST)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_a_request_under_a_plan_names_the_agreement_and_moves_nothing(house: House) -> None:
    case_id = await engaged(house)
    first = await asks(house, case_id)
    for event in plan_events(case_id):
        await house.hear("plans", event)
    second = await asks(house, case_id)
    await house.hear("followup", InstalmentMissed(**about(case_id, 1), number=1, shortfall=cny("1000.00")))
    third = await asks(house, case_id)
    assert [second["state"], third["state"]] == ["PLAN_ACTIVE", "PLAN_AT_RISK"]
    told = [body for name, body in await house.outbox(case_id) if name == "forbear.relief.requested.v1"]
    agreement = str(agreement_of(case_id, 1))
    assert [(body["request_id"], body.get("agreement_id")) for body in told] == [
        (first["request_id"], None), (second["request_id"], agreement), (third["request_id"], agreement),
    ]  # fmt: skip

    withdrawn = await house.ask("POST", f"/requests/{second['request_id']}/withdrawal", None)
    assert withdrawn.status_code == 200, withdrawn.text
    body = {"reason_code": "NO_HARDSHIP", "reasons": "the income of last month covers what was agreed"}
    declined = await house.ask("POST", f"/requests/{third['request_id']}/decline", body, roles=("supervisor",))
    assert declined.status_code == 200, declined.text
    ends = [body for name, body in await house.outbox(case_id) if name == "forbear.request.ended.v1"]
    assert [(body["request_id"], body["outcome"]) for body in ends] == [
        (second["request_id"], "withdrawn"), (third["request_id"], "declined"),
    ]  # fmt: skip
