"""Money of a completed plan is taken back: the closed case stays closed, and a new one links to it."""

from collections.abc import AsyncIterator
from datetime import date
from uuid import UUID

import pytest_asyncio

from services.common.contracts.events.agreements import AgreementCompleted, AgreementReopened
from tests.databases import FreshDatabase
from tests.integration.intake_case_steps import REQUEST, about, engaged, plan_events
from tests.integration.intake_house import House, cny


@pytest_asyncio.fixture(loop_scope="session")
async def house(fresh_database: FreshDatabase) -> AsyncIterator[House]:
    found = House(await fresh_database("intake"))
    yield found
    await found.close()


def reopened(case_id: UUID) -> AgreementReopened:
    return AgreementReopened(
        **about(case_id, 1),
        account_ref="A1",
        shortfall=cny("400.00"),
        oldest_unpaid_due_date=date(2026, 9, 1),
        as_of=date(2026, 9, 9),
    )


async def completed(house: House) -> UUID:
    """A case whose plan is paid to its end; its workflow has not closed it yet."""
    case_id = await engaged(house)
    assert (await house.ask("POST", f"/cases/{case_id}/requests", REQUEST)).status_code == 201
    for event in plan_events(case_id):
        await house.hear("plans", event)
    await house.hear("followup", AgreementCompleted(**about(case_id, 1)))
    assert (await house.case(case_id))["state"] == "PLAN_COMPLETED"
    return case_id


async def following(house: House, case_id: UUID) -> list[UUID]:
    found = await house.ask("GET", "/cases", roles=("supervisor",))
    return [UUID(one["case_id"]) for one in found.json()["items"] if one["case_id"] != str(case_id)]


async def test_a_closed_case_stays_closed_and_a_new_one_links_back(house: House) -> None:
    case_id = await completed(house)
    assert (await house.cases.procedure.close(case_id, 1, withdraw=False)).closed
    await house.hear("followup", reopened(case_id))
    assert (await house.case(case_id))["state"] == "CLOSED"
    [new] = await following(house, case_id)
    found = await house.case(new)
    assert (found["previous_case_id"], found["state"]) == (str(case_id), "OPENED")
    assert (found["arrears"]["amount"], found["oldest_unpaid_due_date"]) == ("400.00", "2026-09-01")
    assert await house.names(new, "start") == ["CaseWorkflow"]


async def test_a_case_that_came_to_its_end_is_closed_first(house: House) -> None:
    case_id = await completed(house)
    await house.hear("followup", reopened(case_id))
    assert (await house.case(case_id))["state"] == "CLOSED", "nothing goes back from a completed plan"
    assert "case.closed" in await house.names(case_id)
    assert (await house.cases.procedure.close(case_id, 1, withdraw=False)).closed, "its workflow finds it so"
    [new] = await following(house, case_id)
    assert (await house.case(new))["previous_case_id"] == str(case_id)


async def test_a_case_that_runs_parks_what_cannot_be(house: House) -> None:
    case_id = await engaged(house)
    await house.hear("followup", reopened(case_id))
    assert (await house.case(case_id))["state"] == "ENGAGED"
    assert await following(house, case_id) == []
    assert "parked_event" in await house.obligations(case_id)
