"""A machine that talks to debtors is bound like a person, and hands over to one."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from services.common.contracts.events.cases import CaseTriaged
from tests.databases import FreshDatabase
from tests.integration.contact_facts import ZONE
from tests.integration.contact_house import House
from tests.integration.contact_talks import tasks

MACHINE = "system"


@pytest_asyncio.fixture(loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    made = House(await fresh_database("contact"))
    yield made
    await made.close()


async def rings(house: House, case: CaseTriaged, key: str, *roles: str) -> None:
    """A call that reached the person, dialled by whoever has these roles; what came of it is told by people."""
    await house.post(f"/v1/cases/{case.case_id}/brief", None, f"{key}-brief")
    permit = (await house.ask(case, key, *roles)).json()
    assert permit["verdict"] == "permitted", permit["rules"]
    outcome = {"permit_id": permit["permit_id"], "outcome": "RPC_ABUSIVE", "party_verified": True, "summary": "挂断"}
    made = await house.post(f"/v1/cases/{case.case_id}/conversations", outcome, f"{key}-over")
    assert made.status_code == 201, made.text
    house.clock.advance(timedelta(hours=2))
    await house.beat()


@pytest.mark.rule("CN-31")
@pytest.mark.rule("CN-03")
async def test_calls_of_a_machine_and_of_people_are_counted_together(house: House) -> None:
    case = await house.triaged("counted")
    for number, role in enumerate((MACHINE, "agent", MACHINE)):
        await rings(house, case, f"counted-{number}", role)
    for role in (MACHINE, "agent"):
        assert "CN-03" in (await house.ask(case, f"counted-{role}", role)).json()["rules"], role


@pytest.mark.rule("CN-31")
@pytest.mark.rule("CN-01")
async def test_a_machine_does_not_disturb_at_night(house: House) -> None:
    case = await house.triaged("night")
    house.clock.move_to(datetime(2026, 3, 4, 22, 0, tzinfo=ZoneInfo(ZONE)))
    await house.beat()
    assert "CN-01" in (await house.ask(case, "night", MACHINE)).json()["rules"]


@pytest.mark.rule("CN-31")
async def test_whoever_asks_a_machine_for_a_person_is_called_by_one(house: House) -> None:
    case = await house.triaged("handed")
    body = {"reason": "BORROWER_REQUEST", "said": "我要找真人"}
    asked = await house.post(f"/v1/cases/{case.case_id}/supervisor-requests", body, "handed", MACHINE)
    assert asked.status_code == 201, asked.text
    task = (await tasks(house, case))["supervisor_request"]
    assert task["needs_role"] == "supervisor"
    assert datetime.fromisoformat(task["deadline"]) - house.clock.now() < timedelta(days=2)
